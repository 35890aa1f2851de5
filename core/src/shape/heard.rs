//! [`Heard`]: the values that templates take from what was heard.

use crate::json::Value;

use super::part::Placeholder;
use super::path::Path;

/// A value longer than this is not kept.
const MAX_BYTES: usize = 4_096;

/// The values at the paths that templates ask for with `{heard:path}` and `{first:path}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard(Vec<Kept>);

/// One of the values.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    path: Path,
    /// The first one on a link is kept, not the newest.
    first: bool,
    value: Option<Value>,
    /// It was heard on the link at hand.
    fresh: bool,
}

impl Heard {
    /// Keeps what these names ask for.
    pub(super) fn of<'a>(placeholders: impl Iterator<Item = &'a Placeholder>) -> Self {
        let mut heard = Self::default();
        for placeholder in placeholders {
            if let Placeholder::Heard { path, first, .. } = placeholder
                && heard.find(path, *first).is_none()
            {
                heard.0.push(Kept {
                    path: path.clone(),
                    first: *first,
                    value: None,
                    fresh: false,
                });
            }
        }
        heard
    }

    fn find(&self, path: &Path, first: bool) -> Option<&Kept> {
        let same = |kept: &&Kept| kept.path == *path && kept.first == first;
        self.0.iter().find(same)
    }

    /// A new link: what was heard before is kept, and is not fresh.
    pub fn begin(&mut self) {
        for kept in &mut self.0 {
            kept.fresh = false;
        }
    }

    /// Whether this name stands for something on this link.
    pub(super) fn has(&self, placeholder: &Placeholder) -> bool {
        match placeholder {
            Placeholder::Heard {
                path,
                first,
                default: None,
            } => self.find(path, *first).is_some_and(|kept| kept.fresh),
            _ => true,
        }
    }

    /// Something was heard: a JSON message, or the arguments of a Socket.IO event.
    pub fn note(&mut self, value: &Value) {
        for kept in &mut self.0 {
            if kept.first && kept.fresh {
                continue;
            }
            let found = kept.path.find(value).map(std::borrow::Cow::into_owned);
            let short = found.filter(|value| value.as_str().map_or(16, str::len) <= MAX_BYTES);
            if let Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) = short {
                kept.value = Some(value);
                kept.fresh = true;
            }
        }
    }

    pub(super) fn at(&self, path: &Path, first: bool) -> Option<&Value> {
        self.find(path, first)?.value.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use crate::json;

    use super::*;
    use crate::shape::{Filling, Template};

    #[test]
    fn the_newest_value_is_kept_and_filled_in_as_it_was() {
        let template: Template = r#"{"n":{heard:1|0},"s":"{heard:1}"}"#.parse().unwrap();
        let mut heard = Heard::new([&template]);
        let filled = |heard: &Heard| {
            template.fill(&Filling {
                heard: Some(heard),
                ..Filling::default()
            })
        };
        assert_eq!(filled(&heard), r#"{"n":0,"s":""}"#);
        heard.note(&json!(["hi", 41]));
        heard.note(&json!(["hi", 42]));
        heard.note(&json!(["no number"]));
        heard.note(&json!(["no scalar", {"a": 1}]));
        assert_eq!(filled(&heard), r#"{"n":42,"s":"42"}"#);
    }

    #[test]
    fn the_first_of_a_link_stays_until_the_next_link() {
        let template: Template = "{first:id} {heard:id}".parse().unwrap();
        let mut heard = Heard::new([&template]);
        let filled = |heard: &Heard| {
            template.fill(&Filling {
                heard: Some(heard),
                ..Filling::default()
            })
        };
        assert!(!heard.is_ready_for(&template));
        heard.note(&json!({"type": "id", "id": 7}));
        heard.note(&json!({"type": "message", "id": 8}));
        assert!(heard.is_ready_for(&template));
        assert_eq!(filled(&heard), "7 8");
        heard.begin();
        assert!(!heard.is_ready_for(&template));
        heard.note(&json!({"id": 9}));
        assert_eq!(filled(&heard), "9 9");
    }
}
