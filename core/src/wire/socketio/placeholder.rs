//! The places that attachments have among the arguments of a binary packet.

use crate::json::{Map, Value};

/// The placeholder of the attachment at index `num`, to be put among a packet's arguments.
pub fn placeholder(num: usize) -> Value {
    let num = u64::try_from(num).unwrap_or(u64::MAX);
    Value::Object(Map::from_iter([
        ("_placeholder".to_owned(), true.into()),
        ("num".to_owned(), num.into()),
    ]))
}

/// The bytes that `value` stands for, if it is a placeholder and `attachments` has its number.
///
/// Only for the arguments of a binary packet: elsewhere a placeholder is ordinary data.
pub fn attachment<'a>(value: &Value, attachments: &'a [Vec<u8>]) -> Option<&'a [u8]> {
    let num = placeholder_num(value)?.as_u64()?;
    attachments
        .get(usize::try_from(num).ok()?)
        .map(Vec::as_slice)
}

/// The `num` member of a placeholder, whatever it holds; `None` where `value` is no placeholder.
fn placeholder_num(value: &Value) -> Option<&Value> {
    let marked = value.get("_placeholder") == Some(&Value::Bool(true));
    marked.then(|| value.get("num").unwrap_or(&Value::Null))
}

/// Whether each placeholder anywhere in `args` names one of `count` attachments.
pub(super) fn placeholders_fit(args: &[Value], count: usize) -> bool {
    let mut open: Vec<&Value> = args.iter().collect();
    while let Some(value) = open.pop() {
        match (placeholder_num(value), value) {
            (Some(num), _) if num.as_u64().is_none_or(|num| num >= count as u64) => return false,
            (Some(_), _) => {}
            (None, Value::Array(items)) => open.extend(items),
            (None, Value::Object(fields)) => open.extend(fields.values()),
            (None, _) => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_placeholder_finds_its_attachment() {
        let attachments = vec![vec![1], vec![2, 3]];
        assert_eq!(attachment(&placeholder(1), &attachments), Some(&[2, 3][..]));
        assert_eq!(attachment(&placeholder(2), &attachments), None);
        assert_eq!(attachment(&json!({ "num": 1 }), &attachments), None);
        assert_eq!(
            attachment(&json!({ "_placeholder": 1, "num": 1 }), &attachments),
            None
        );
        assert_eq!(attachment(&json!("num"), &attachments), None);
    }

    #[test]
    fn placeholders_are_found_at_any_depth() {
        let args = [json!("x"), json!({ "a": [{ "b": placeholder(2) }] })];
        assert!(placeholders_fit(&args, 3));
        assert!(!placeholders_fit(&args, 2));
        for num in [json!(-1), json!(0.5), json!("0"), Value::Null] {
            assert!(!placeholders_fit(
                &[json!({ "_placeholder": true, "num": num })],
                9
            ));
        }
        assert!(!placeholders_fit(&[json!({ "_placeholder": true })], 9));
    }
}
