//! The heights, against a model that keeps one number for each item and adds up all of them.

use leptos_chat_core::list::sizes::Sizes;
use proptest::prelude::*;

/// Where the keys start: items are put in front, too.
const START: u64 = 1_000;

#[derive(Clone, Debug)]
enum Step {
    Append(u64),
    Prepend(u64),
    Trim(u64),
    TakeBack(u64),
    Measure(prop::sample::Index, f64),
    ForgetAll,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0..600_u64).prop_map(Step::Append),
        1 => (0..300_u64).prop_map(Step::Prepend),
        2 => (0..500_u64).prop_map(Step::Trim),
        1 => (0..300_u64).prop_map(Step::TakeBack),
        9 => (any::<prop::sample::Index>(), 0.0..2_000.0).prop_map(|(item, height)| Step::Measure(item, height)),
        1 => Just(Step::ForgetAll),
    ];
    prop::collection::vec(step, 1..60)
}

#[derive(Default)]
struct Model {
    start: u64,
    heights: Vec<Option<f64>>,
}

impl Model {
    fn range(&self) -> std::ops::Range<u64> {
        self.start..self.start + self.heights.len() as u64
    }

    fn apply(&mut self, step: &Step, sizes: &mut Sizes) {
        match *step {
            Step::Append(count) => self
                .heights
                .extend(std::iter::repeat_n(None, count as usize)),
            Step::Prepend(count) => {
                let count = count.min(self.start);
                self.start -= count;
                self.heights
                    .splice(0..0, std::iter::repeat_n(None, count as usize));
            }
            Step::Trim(count) => {
                let count = (count as usize).min(self.heights.len());
                self.start += count as u64;
                self.heights.drain(..count);
            }
            Step::TakeBack(count) => {
                let left = self.heights.len().saturating_sub(count as usize);
                self.heights.truncate(left);
            }
            Step::Measure(item, height) if !self.heights.is_empty() => {
                let place = item.index(self.heights.len());
                let height = (height * 64.0).round() / 64.0;
                sizes.measure(self.start + place as u64, height);
                self.heights[place] = Some(height);
            }
            Step::Measure(..) => {}
            Step::ForgetAll => {
                sizes.forget_all();
                self.heights.fill(None);
            }
        }
        sizes.set_range(self.range());
    }

    /// Where each item starts, and where the last one ends.
    fn starts(&self, estimate: f64) -> Vec<f64> {
        let mut starts = vec![0.0];
        for height in &self.heights {
            starts.push(starts.last().unwrap() + height.unwrap_or(estimate));
        }
        starts
    }
}

fn compare(model: &Model, sizes: &Sizes, probe: f64) {
    let starts = model.starts(sizes.estimate());
    assert_eq!(sizes.range(), model.range());
    assert_eq!(sizes.total(), *starts.last().unwrap());
    for (key, start) in (model.start..).zip(&starts) {
        assert_eq!(sizes.offset(key), *start, "{key}");
    }
    let distance = probe * sizes.total();
    let found = model
        .range()
        .zip(&starts)
        .filter(|(_, start)| **start <= distance.max(0.0))
        .last();
    match (found, sizes.find(distance)) {
        (None, None) => {}
        // Of items with no height at one place, either will do.
        (Some((_, start)), Some((key, top))) => {
            assert_eq!((top, sizes.offset(key)), (*start, *start));
        }
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 2_000 }) })]

    #[test]
    fn the_sums_are_those_of_the_items(steps in steps(), probe in -0.1..1.1) {
        let mut model = Model { start: START, ..Model::default() };
        let mut sizes = Sizes::new(40.0);
        for step in &steps {
            model.apply(step, &mut sizes);
        }
        compare(&model, &sizes, probe);
    }
}

#[test]
fn the_estimate_is_the_mean_of_what_was_measured() {
    let mut sizes = Sizes::new(40.0);
    sizes.set_range(0..10_000);
    assert_eq!(sizes.total(), 400_000.0);
    sizes.measure(7, 100.0);
    assert_eq!(sizes.estimate(), 100.0);
    sizes.measure(8, 50.0);
    assert_eq!((sizes.estimate(), sizes.total()), (75.0, 750_000.0));
}

#[test]
fn what_was_measured_may_be_measured_anew() {
    let mut sizes = Sizes::new(40.0);
    sizes.set_range(0..10);
    assert!(sizes.measure(3, 100.0));
    assert!(!sizes.measure(3, 100.0), "no news");
    assert!(sizes.measure(3, 60.0));
    assert_eq!((sizes.get(3), sizes.measured(4)), (60.0, None));
    assert!(!sizes.measure(10, 5.0), "there is no such item");
}

#[test]
fn other_items_altogether_have_no_heights_yet() {
    let mut sizes = Sizes::new(40.0);
    sizes.set_range(0..300);
    sizes.measure(299, 90.0);
    sizes.set_range(300..310);
    assert_eq!((sizes.total(), sizes.measured(300)), (900.0, None));
    sizes.set_range(5..5);
    assert_eq!((sizes.total(), sizes.find(0.0)), (0.0, None));
}

#[test]
fn heights_go_with_their_items_and_stay_with_the_others_at_the_edges_of_blocks() {
    for all in [255, 256, 257, 511, 512, 513] {
        for kept in [200, 250, 255, 256, 257, 300] {
            let mut sizes = Sizes::new(40.0);
            sizes.set_range(0..all);
            for (key, height) in [(0, 90.0), (all - 1, 50.0), (all - 2, 10.0)] {
                sizes.measure(key, height);
            }
            sizes.set_range(0..kept);
            let sum: f64 = (0..kept).map(|key| sizes.get(key)).sum();
            assert_eq!(sizes.total(), sum, "{kept} of {all}");
            assert_eq!(sizes.measured(0), Some(90.0), "{kept} of {all}");
        }
    }
}

#[test]
fn the_item_that_starts_where_a_block_ends_is_found_there() {
    let mut sizes = Sizes::new(40.0);
    sizes.set_range(0..1_000);
    assert_eq!(sizes.find(256.0 * 40.0), Some((256, 256.0 * 40.0)));
}
