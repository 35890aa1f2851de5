//! What is copied and selected, and the focus.

use super::*;

#[wasm_bindgen_test]
async fn all_of_the_text_is_copied_in_order_and_not_only_what_is_drawn() {
    let page = Page::new(0..10_000, 3).await;
    page.press("a", true);
    let text = page.copied().expect("the list copies");
    let items: Vec<&str> = text
        .split('\n')
        .filter(|line| line.starts_with("item"))
        .collect();
    assert_eq!(items.len(), 10_000);
    assert!(
        items
            .iter()
            .enumerate()
            .all(|(number, line)| *line == format!("item {number}"))
    );
}

#[wasm_bindgen_test]
async fn a_selection_survives_its_rows_and_is_copied_from_its_first_to_its_last_letter() {
    let page = Page::new(0..10_000, 3).await;
    page.list.jump(5_000, Align::Start);
    frames(2).await;
    let text = |key| {
        page.list
            .element(key)
            .unwrap()
            .query_selector("span")
            .unwrap()
            .unwrap()
            .first_child()
            .unwrap()
    };
    let selection = document().get_selection().unwrap().unwrap();
    selection
        .collapse_with_offset(Some(&text(5_001)), 5)
        .unwrap();
    selection.extend_with_offset(&text(5_002), 2).unwrap();
    page.list.jump(5_200, Align::Start);
    frames(2).await;
    selection.extend_with_offset(&text(5_201), 4).unwrap();
    page.list.to_end();
    frames(2).await;
    page.check();
    let copied = page.copied().expect("the list copies");
    let lines: Vec<&str> = copied.split('\n').collect();
    assert_eq!((lines[0], *lines.last().unwrap()), ("5001", "item"));
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("item "))
            .count(),
        199
    );
    selection.remove_all_ranges().unwrap();
    page.list.to_start();
    assert!(
        page.list.element(5_001).is_none(),
        "nobody holds on to it any more"
    );
}

#[wasm_bindgen_test]
async fn the_focus_survives_when_its_row_leaves() {
    let page = Page::new(MANY, 5).await;
    let (key, row) = page.rows().pop().unwrap();
    let button: HtmlElement = row
        .query_selector("button")
        .unwrap()
        .unwrap()
        .unchecked_into();
    button.focus().unwrap();
    page.list.jump(550_000, Align::Start);
    frames(2).await;
    page.check();
    assert!(page.list.element(key).is_some());
    assert!(
        document()
            .active_element()
            .unwrap()
            .is_same_node(Some(&button))
    );
    page.list.to_end();
    frames(2).await;
    assert!(
        page.list.element(key).unwrap().is_same_node(Some(&row)),
        "it is the same row"
    );
    page.check();
}
