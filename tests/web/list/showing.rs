//! A list that was hidden, numbers for readers, and what a list costs.

use super::*;

#[wasm_bindgen_test]
async fn a_list_that_was_hidden_is_at_its_end_once_it_is_shown() {
    let page = Page::new(MANY, 5).await;
    page.scroller
        .style()
        .set_property("display", "none")
        .unwrap();
    frames(2).await;
    page.list.set_range(500_000..600_500);
    frames(2).await;
    page.scroller
        .style()
        .set_property("display", "block")
        .unwrap();
    frames(2).await;
    page.check();
    assert!(page.to_end() <= 1, "{} from the end", page.to_end());
    assert!(
        page.scroller.scroll_height() > 3_000_000,
        "the heights are known as before"
    );
}

#[wasm_bindgen_test]
async fn rows_are_numbered_among_all_items() {
    let page = Page::new(MANY, 5).await;
    a_while(Duration::from_millis(1_500)).await;
    let (key, row) = page.rows().pop().unwrap();
    let attribute = |name| row.get_attribute(name).unwrap();
    assert_eq!(
        (attribute("aria-posinset"), attribute("aria-setsize")),
        ((key - 499_999).to_string(), "100000".into())
    );
    page.list.set_range(500_000..600_001);
    a_while(Duration::from_millis(1_500)).await;
    assert_eq!(row.get_attribute("aria-setsize").unwrap(), "100001");
}

#[wasm_bindgen_test]
async fn what_a_list_costs_is_the_same_at_each_history() {
    let now = || window().performance().unwrap().now();
    let log = RefCell::new(Vec::new());
    for count in [100_u64, 10_000, 100_000] {
        let page = Page::new(0..count, 5).await;
        let started = now();
        let made = page.made.get();
        for more in 1..=200 {
            page.list.set_range(0..count + more);
        }
        let each = (now() - started) / 200.0;
        let made = page.made.get() - made;
        assert_eq!(made, 200, "each row is made once");
        let started = now();
        page.list.jump(count / 2, Align::Start);
        let jump = now() - started;
        let elements = page.scroller.get_elements_by_tag_name("*").length();
        log.borrow_mut().push(format!(
            "{count}: append {each:.3} ms, jump {jump:.2} ms, {} rows, {elements} elements",
            page.rows().len()
        ));
        page.check();
    }
    console_log!("list: {}", log.borrow().join("; "));
}
