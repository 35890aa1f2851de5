//! Any element of a view, of one type, so that each further one costs what it says and no code of its own.

use std::borrow::Cow;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::attr::{Attribute, AttributeValue, NextAttribute};
use leptos::html::{Custom, custom};
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::web_sys::{Element, Event, HtmlInputElement};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;

use super::parts::{Flag, Text};

/// A node reference to any element: the element, once it is there.
pub type ElementRef = NodeRef<Custom<String>>;

/// What an element has.
#[derive(Clone)]
pub enum Has {
    /// An attribute that stays as it is.
    Is(&'static str, Cow<'static, str>),
    /// An attribute that follows signals.
    Follows(&'static str, Text),
    /// An attribute that is there or not.
    When(&'static str, Flag),
    /// A field's value, which a person may change meanwhile.
    Value(Text),
    /// A listener; none where there is no browser.
    On(&'static str, Option<Listener>),
    /// Who wants to know the element.
    Ref(ElementRef),
}

type Listener = SendWrapper<Rc<dyn Fn(Event)>>;

/// An attribute that stays as it is.
pub fn is(name: &'static str, value: impl Into<Cow<'static, str>>) -> Has {
    Has::Is(name, value.into())
}

/// A listener for the events of this name.
pub fn on(name: &'static str, act: impl Fn(Event) + 'static) -> Has {
    let listener = || SendWrapper::new(Rc::new(act) as Rc<dyn Fn(Event)>);
    Has::On(name, (!cfg!(feature = "ssr")).then(listener))
}

/// An element with its class, what else it has, and what stands in it. Not for those that are never closed in HTML.
pub fn element(
    tag: &'static str,
    class: &'static str,
    mut has: Vec<Has>,
    children: Vec<AnyView>,
) -> AnyView {
    if !class.is_empty() {
        has.push(is("class", class));
    }
    // Leptos compares it with the name that a browser gives, to know one element from another.
    let element = custom(tag.to_ascii_uppercase()).add_any_attr(All(has));
    element.child(children).into_any()
}

/// An element in which nothing stands, such as a `textarea`: to a browser, what marks the place of children would be its text.
pub fn field(tag: &'static str, has: Vec<Has>) -> AnyView {
    let element = custom(tag.to_ascii_uppercase());
    element.add_any_attr(All(has)).into_any()
}

/// All that an element has, as one attribute.
#[derive(Clone)]
struct All(Vec<Has>);

/// An element with what keeps its attributes up to date.
struct Built {
    element: Element,
    names: Vec<&'static str>,
    kept: Vec<Kept>,
}

enum Kept {
    Effect(#[expect(dead_code, reason = "it follows until dropped")] RenderEffect<()>),
    Listener(#[expect(dead_code, reason = "it listens until dropped")] EventListener),
}

impl Has {
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Is(name, _) | Self::Follows(name, _) | Self::When(name, _) => Some(name),
            Self::Value(_) | Self::On(..) | Self::Ref(_) => None,
        }
    }

    fn set_on(self, element: &Element) -> Option<Kept> {
        match self {
            Self::Is(name, value) => set(element, name, &value),
            Self::Ref(place) => place.load(element),
            Self::On(name, listener) => {
                return Some(Kept::Listener(listen(element, name, listener?)));
            }
            Self::Follows(name, text) => {
                return follow(element, move |element| set(element, name, &text()));
            }
            Self::When(name, flag) => {
                return follow(element, move |element| {
                    // The names are names of attributes.
                    let _ = element.toggle_attribute_with_force(name, flag());
                });
            }
            Self::Value(text) => {
                return follow(element, move |element| {
                    // A `select` and a `textarea` have such a value as well.
                    let field: &HtmlInputElement = element.unchecked_ref();
                    let value = text();
                    if field.value() != value {
                        field.set_value(&value);
                    }
                });
            }
        }
        None
    }

    fn write_html(self, out: &mut String) {
        match self {
            Self::Is(name, value) => AttributeValue::to_html(value.into_owned(), name, out),
            Self::Follows(name, text) => AttributeValue::to_html(text(), name, out),
            Self::When(name, flag) => AttributeValue::to_html(flag(), name, out),
            Self::Value(_) | Self::On(..) | Self::Ref(_) => {}
        }
    }
}

fn set(element: &Element, name: &str, value: &str) {
    // The names are names of attributes.
    let _ = element.set_attribute(name, value);
}

fn follow(element: &Element, set: impl Fn(&Element) + 'static) -> Option<Kept> {
    let element = element.clone();
    Some(Kept::Effect(RenderEffect::new(move |_| set(&element))))
}

/// Listens as Leptos does: with the view's owner, and without a warning over signals that are read and not followed.
fn listen(element: &Element, name: &'static str, listener: Listener) -> EventListener {
    let owner = Owner::current().unwrap_or_default();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(element, name, options, move |event| {
        #[cfg(debug_assertions)]
        let _zone = leptos::reactive::diagnostics::SpecialNonReactiveZone::enter();
        owner.with(|| listener(event.clone()));
    })
}

impl Attribute for All {
    const MIN_LENGTH: usize = 0;
    type State = Built;
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        self.0.len() * 16
    }

    fn to_html(self, out: &mut String, _: &mut String, _: &mut String, _: &mut String) {
        self.0.into_iter().for_each(|has| has.write_html(out));
    }

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Built {
        self.build(element)
    }

    fn build(self, element: &Element) -> Built {
        Built {
            element: element.clone(),
            names: self.0.iter().filter_map(Has::name).collect(),
            kept: self
                .0
                .into_iter()
                .filter_map(|has| has.set_on(element))
                .collect(),
        }
    }

    fn rebuild(self, built: &mut Built) {
        let element = built.element.clone();
        for name in std::mem::take(&mut built.names) {
            if !self.0.iter().any(|has| has.name() == Some(name)) {
                let _ = element.remove_attribute(name);
            }
        }
        // What followed and listened goes before it is there anew.
        built.kept.clear();
        *built = self.build(&element);
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }
}

impl NextAttribute for All {
    type Output<NewAttr: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<NewAttr: Attribute>(self, other: NewAttr) -> Vec<AnyAttribute> {
        vec![self.into_any_attr(), other.into_any_attr()]
    }
}
