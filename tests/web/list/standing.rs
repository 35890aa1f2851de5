//! What is drawn, and what stays in its place.

use super::*;

#[wasm_bindgen_test]
async fn a_list_of_a_hundred_thousand_draws_its_end_and_little_else() {
    let page = Page::new(MANY, 50).await;
    page.check();
    assert!(page.to_end() <= 1, "{} from the end", page.to_end());
    assert_eq!(page.rows().last().unwrap().0, 599_999);
    assert!(
        page.made.get() < 3 * MOST_ROWS,
        "{} were made",
        page.made.get()
    );
}

#[wasm_bindgen_test]
async fn a_list_follows_its_end_and_leaves_a_reader_alone() {
    let page = Page::new(MANY, 5).await;
    for end in 600_001..600_020 {
        page.list.set_range(500_000..end);
        assert!(page.to_end() <= 1);
    }
    page.scroller
        .set_scroll_top(page.scroller.scroll_top() - 200);
    frames(2).await;
    assert!(!page.standing.get().at_end);
    let (key, top) = page.first_in_view();
    page.list.set_range(500_000..600_120);
    assert_near(page.top_of(key), top, "after an append");
    assert_eq!(page.standing.get().unseen, 101);
    a_while(Duration::from_millis(400)).await;
    assert_near(page.top_of(key), top, "at rest");
    page.list.to_end();
    frames(2).await;
    assert!(page.to_end() <= 1 && page.standing.get() == Standing::default());
}

#[wasm_bindgen_test]
async fn items_put_in_front_move_nothing_not_even_the_first_ones_after_mounting() {
    for start in [true, false] {
        let page = Page::new(MANY, 5).await;
        if start {
            page.list.to_start();
        } else {
            page.list.jump(550_000, Align::Start);
        }
        let (key, top) = page.first_in_view();
        for more in 1..4_u64 {
            page.list.set_range(500_000 - more * 50..600_000);
            assert_near(page.top_of(key), top, "after a prepend");
            frames(2).await;
            assert_near(page.top_of(key), top, "a frame later");
            page.check();
        }
    }
}

#[wasm_bindgen_test]
async fn a_resize_a_picture_and_a_font_move_nothing() {
    let page = Page::new(MANY, 5).await;
    page.list.jump(550_000, Align::Start);
    frames(2).await;
    let (key, top) = page.first_in_view();
    let before = page.list.element(key - 2).unwrap();
    before.append_child(&div("height: 333px")).unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "a picture has loaded");
    page.scroller
        .style()
        .set_property("font-size", "22px")
        .unwrap();
    page.scroller
        .style()
        .set_property("line-height", "31px")
        .unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "another font");
    page.scroller
        .style()
        .set_property("width", "120px")
        .unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "another width");
    page.scroller
        .style()
        .set_property("height", "300px")
        .unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "another height");
}

#[wasm_bindgen_test]
async fn at_the_end_a_resize_a_picture_and_a_font_keep_to_the_end() {
    let page = Page::new(MANY, 5).await;
    let (_, last) = page.rows().pop().unwrap();
    last.append_child(&div("height: 333px")).unwrap();
    frames(2).await;
    assert!(
        page.to_end() <= 1,
        "a picture has loaded: {}",
        page.to_end()
    );
    page.scroller
        .style()
        .set_property("font-size", "22px")
        .unwrap();
    page.scroller
        .style()
        .set_property("height", "400px")
        .unwrap();
    frames(2).await;
    assert!(page.to_end() <= 1, "another font: {}", page.to_end());
}

#[wasm_bindgen_test]
async fn an_item_that_comes_before_others_leaves_their_rows_and_the_end() {
    let page = Page::new(0..200, 5).await;
    let [before, last] = [197, 199].map(|key| page.list.element(key).unwrap());
    page.list.insert(&[198], 0..201);
    page.check();
    assert!(page.to_end() <= 1);
    assert_eq!(page.list.element(197), Some(before));
    assert_eq!(page.list.element(200), Some(last), "it has the next key");
    let keys: Vec<u64> = page.rows().into_iter().map(|(key, _)| key).collect();
    assert!(keys.is_sorted_by(|one, next| one + 1 == *next) && keys.ends_with(&[200]));
    page.list.insert(&[10, 200, 300], 0..203);
    page.check();
    assert_eq!(page.rows().last().unwrap().0, 202);
}

#[wasm_bindgen_test]
async fn an_item_that_comes_before_others_moves_nothing_where_a_reader_is() {
    let page = Page::new(0..200, 5).await;
    page.scroller
        .set_scroll_top(page.scroller.scroll_top() - 500);
    frames(2).await;
    let (key, top) = page.first_in_view();
    page.list.insert(&[key + 1, 199], 0..202);
    assert_near(page.top_of(key), top, "after one below");
    page.list.insert(&[key, key - 3], 0..204);
    assert_near(page.top_of(key + 2), top, "after two above");
    frames(2).await;
    assert_near(page.top_of(key + 2), top, "a frame later");
    page.check();
    assert_eq!(page.standing.get().unseen, 4);
}
