//! Draws what the layout decides, measures it, and puts it in its place.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::{Rc, Weak};

use leptos::prelude::document;
use leptos::web_sys::{Element, Event, HtmlElement};
use leptos_chat_core::list::layout::Layout;

use super::copy;
use super::drawn::{px, set_style};
use super::events::{Events, Key, REST};
use super::rows::{Rows, Standing};
use super::state::State;

/// How often more is drawn, within one step, where rows turned out to be less high than they were thought to be.
const ROUNDS: u32 = 6;
/// Rows are numbered anew this long after the items have changed, in milliseconds.
const RENUMBER: i32 = 1_000;

/// A list with its elements.
pub(super) struct Inner {
    scroller: HtmlElement,
    /// As high as all items together, as far as browsers can scroll.
    body: HtmlElement,
    /// The drawn rows, somewhere in the body.
    rows: HtmlElement,
    source: Box<dyn Rows>,
    state: RefCell<State>,
    events: RefCell<Option<Events>>,
}

impl Inner {
    pub(super) fn new(
        scroller: &HtmlElement,
        body: &HtmlElement,
        rows: HtmlElement,
        source: impl Rows + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            scroller: scroller.clone(),
            body: body.clone(),
            rows,
            source: Box::new(source),
            state: RefCell::new(State::new()),
            events: RefCell::default(),
        })
    }

    /// Makes all rows anew.
    pub(super) fn redraw(&self) {
        if let Ok(mut state) = self.state.try_borrow_mut() {
            state.window.clear();
        }
        self.refresh();
    }

    /// Looks anew at what stands around the items.
    pub(super) fn refresh(&self) {
        self.alter(&mut |_| ());
    }

    /// The element of an item, if it is drawn.
    pub(super) fn element(&self, key: u64) -> Option<Element> {
        let state = self.state.try_borrow().ok()?;
        let rows = state.window.rows();
        let place = rows.binary_search_by_key(&key, |row| row.key).ok()?;
        Some(rows[place].row.element.clone())
    }

    pub(super) fn standing(&self) -> Standing {
        self.state.borrow().told
    }

    pub(super) fn listen(self: &Rc<Self>) -> Option<()> {
        let (weak, on_change) = (Rc::downgrade(self), Rc::downgrade(self));
        let events = Events::listen(
            &self.scroller,
            &self.rows,
            move |event| with(&weak, |list| list.handle(&event)),
            move |late| {
                with(
                    &on_change,
                    |list| if late { list.rest() } else { list.resized() },
                )
            },
        )?;
        *self.events.borrow_mut() = Some(events);
        Some(())
    }

    /// Says which items there are. A list that has them already is left alone: to look at where it stands may cost a layout.
    pub(super) fn set_range(&self, items: Range<u64>) {
        let state = self.state.try_borrow();
        if state.is_ok_and(|state| state.layout.sizes().range() != items) {
            self.alter(&mut |state| state.layout.set_range(items.clone()));
        }
    }

    /// Goes elsewhere. What the reader scrolls in the next moment may be the rest of a motion that this has ended.
    pub(super) fn jump(&self, jump: &dyn Fn(&mut Layout)) {
        self.alter(&mut |state| {
            jump(&mut state.layout);
            self.arm(state, REST);
        });
    }

    /// Changes the layout, and draws what follows from it.
    fn alter(&self, alter: &mut dyn FnMut(&mut State)) {
        {
            // An app that calls the list from within its own `make` is not heard.
            let Ok(mut state) = self.state.try_borrow_mut() else {
                return;
            };
            let before = state.layout.sizes().range();
            if !before.is_empty() {
                self.notice(&mut state);
            }
            alter(&mut state);
            let items = state.layout.sizes().range();
            if before.is_empty() {
                // To look where an empty list stands would cost a layout, of a page that is not all there yet.
                if items.is_empty() {
                    return;
                }
                self.notice(&mut state);
            }
            if items != before {
                state.renumber = true;
                self.arm(&mut state, RENUMBER);
            }
            self.sync(&mut state);
        }
        self.tell();
    }

    /// Items came before others, at these keys.
    pub(super) fn insert(&self, keys: &[u64], items: Range<u64>) {
        if keys.is_empty() {
            return self.set_range(items);
        }
        self.alter(&mut |state| {
            for key in keys {
                state.window.insert(*key, &*self.source);
                state.layout.insert(*key);
            }
            state.layout.set_range(items.clone());
        });
    }

    /// Looks at where the scroller stands, before it is put elsewhere: the event of a reader's scroll may still be on its way.
    fn notice(&self, state: &mut State) {
        let lead = f64::from(self.body.offset_top());
        let view = f64::from(self.scroller.client_height());
        let content = f64::from(self.scroller.scroll_height());
        let was_shown = state.layout.view() > 0.0;
        // Rows that reach beyond the body, while it is in motion, are no part of what is below it.
        if !state.layout.is_moving() || view == 0.0 {
            let body = f64::from(self.body.offset_height());
            let tail = (content - lead - body).max(0.0);
            state.layout.set_view(view, lead, tail);
        }
        let scroll = f64::from(self.scroller.scroll_top());
        if !was_shown || view == 0.0 {
            // A browser forgets where a hidden scroller stood: no reader did that.
            state.layout.stands(scroll);
        } else if state.layout.scrolled(scroll) {
            self.arm(state, REST);
        }
    }

    fn sync(&self, state: &mut State) {
        // Somebody else may have put the scroller elsewhere.
        state.redrawn = true;
        let needed = state.layout.window(0);
        let mut wanted = state.layout.keep(&state.window.range(), needed);
        for round in 1..=ROUNDS {
            self.show(state, wanted.clone());
            let needed = state.layout.window(0);
            if needed.start >= wanted.start && needed.end <= wanted.end {
                break;
            }
            // Rows less high than was thought leave room: twice as many each time, so that it ends.
            wanted = state.layout.window(1 << round);
        }
        self.put(state);
    }

    fn show(&self, state: &mut State, range: Range<u64>) {
        let items = state.layout.sizes().range();
        let fresh = state.window.show(range, &items, &self.rows, &*self.source);
        if fresh.is_empty() {
            return;
        }
        state.redrawn = true;
        if state.layout.is_at_end() {
            // The browser lays out all there is when it measures: for a message in a flood, once.
            self.put(state);
        }
        state.measure(&fresh);
    }

    fn put(&self, state: &mut State) {
        let drawn = state.window.range();
        let placement = state.layout.place(&drawn);
        let before = state.put.replace(placement);
        if !std::mem::take(&mut state.redrawn) && before == Some(placement) {
            return;
        }
        if before.map(|before| before.body) != Some(placement.body) {
            let height = placement.body.map(px);
            set_style(&self.body, "height", &height.unwrap_or_default());
        }
        if before.map(|before| before.rows) != Some(placement.rows) {
            self.put_rows(placement.rows);
        }
        if let Some(scroll) = placement.scroll {
            self.scroller.set_scroll_top(scroll as i32);
            // Read back, since the browser stops at the ends.
            state.layout.stands(f64::from(self.scroller.scroll_top()));
        }
    }

    fn put_rows(&self, top: Option<f64>) {
        let (position, margin) = match top {
            Some(top) => ("relative", px(top)),
            // In front of the bottom, wherever they begin.
            None => ("absolute", String::new()),
        };
        set_style(&self.rows, "position", position);
        set_style(&self.rows, "margin-top", &margin);
    }

    /// The scroller or the rows have another size: another width, a picture that has loaded, another font.
    fn resized(&self) {
        {
            let Ok(mut state) = self.state.try_borrow_mut() else {
                return;
            };
            let width = self.rows.client_width();
            if width != state.width {
                state.width = width;
                state.layout.forget_sizes();
            } else if self.is_as_known(&state) {
                return;
            }
            self.notice(&mut state);
            let drawn = state.window.range();
            state.measure(&drawn);
            self.sync(&mut state);
        }
        self.tell();
    }

    fn is_as_known(&self, state: &State) -> bool {
        let drawn = state.window.range();
        let sizes = state.layout.sizes();
        let known = sizes.offset(drawn.end) - sizes.offset(drawn.start);
        let view = f64::from(self.scroller.client_height());
        // The browser sums the heights of rows in its own way, to a 64th of a pixel each.
        (self.rows.get_bounding_client_rect().height() - known).abs() < 0.02
            && view == state.layout.view()
    }

    fn handle(&self, event: &Event) {
        if let Ok(mut state) = self.state.try_borrow_mut() {
            self.obey(&mut state, event);
        }
        self.tell();
    }

    fn obey(&self, state: &mut State, event: &Event) {
        match event.type_().as_str() {
            "scroll" if state.layout.view() > 0.0 => self.scroll(state),
            "keydown" => {
                let Some(key) = Key::of(event, &self.scroller) else {
                    return state.layout.sets_out();
                };
                self.press(state, key);
                // The browser would scroll, or select, among the drawn rows alone.
                event.prevent_default();
            }
            "copy" => {
                let items = state.layout.sizes().range();
                copy::copy(event, items, &state.window, &self.rows, &*self.source);
            }
            _ => {}
        }
    }

    fn scroll(&self, state: &mut State) {
        if f64::from(self.scroller.client_height()) != state.layout.view() {
            // A view that has grown pushed the scroller up, and the browser tells of its size only after that.
            self.notice(state);
        }
        let stands = f64::from(self.scroller.scroll_top());
        if state.layout.scrolled(stands) {
            let below = self.scroller.scroll_height() - self.scroller.client_height();
            // Where the page is enlarged `scrollTop` ends a fraction short of the end.
            if below - self.scroller.scroll_top() <= 1 {
                state.layout.reach_end();
            }
            self.arm(state, REST);
            self.sync(state);
        }
    }

    fn press(&self, state: &mut State, key: Key) {
        // A motion may have begun of which no event has told yet: the key ends that one too.
        self.notice(state);
        match key {
            Key::Home => state.layout.to_start(),
            Key::End => state.layout.to_end(),
            Key::All => return copy::select_all(&self.body),
        }
        self.arm(state, REST);
        self.sync(state);
    }

    /// The reader has stopped scrolling, or some time has passed since items came.
    fn rest(&self) {
        {
            let Ok(mut state) = self.state.try_borrow_mut() else {
                return;
            };
            if state.timer.has_passed() {
                state.layout.rest();
            } else {
                self.arm(&mut state, REST);
            }
            self.notice(&mut state);
            self.sync(&mut state);
            // A page that nobody sees is left as it is, until something changes or is scrolled once it is seen.
            if !document().hidden() && std::mem::take(&mut state.renumber) {
                state.window.renumber();
            }
        }
        self.tell();
    }

    fn arm(&self, state: &mut State, delay: i32) {
        if let Some(events) = &*self.events.borrow() {
            events.arm(&mut state.timer, delay);
        }
    }

    fn tell(&self) {
        let standing = {
            let Ok(mut state) = self.state.try_borrow_mut() else {
                return;
            };
            let standing = Standing {
                at_end: state.layout.is_at_end(),
                unseen: state.layout.unseen(),
            };
            if std::mem::replace(&mut state.told, standing) == standing {
                return;
            }
            standing
        };
        // The app may call the list from there: nothing is borrowed any more.
        self.source.stands(standing);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        Events::disarm(&mut self.state.get_mut().timer);
        self.rows.remove();
    }
}

fn with(list: &Weak<Inner>, act: impl FnOnce(&Inner)) {
    if let Some(list) = list.upgrade() {
        act(&list);
    }
}
