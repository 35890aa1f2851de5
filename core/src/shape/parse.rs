//! How a template is read: where its names stand, and in how many strings each.

use crate::json::Value;

use super::part::{Part, Place, Placeholder, TemplateError};

/// More strings in strings than this are no server's habit, and each doubles the backslashes.
const MAX_LEVEL: u8 = 4;
/// Stand around the number of a name while the template is read. Private-use characters, which a template cannot hold.
const MARK: (char, char) = ('\u{f8f0}', '\u{f8f1}');

/// The pieces of a template.
pub(super) fn parts(source: &str) -> Result<Vec<Part>, TemplateError> {
    if source.is_empty() {
        return Err(TemplateError::Empty);
    }
    let (marked, placeholders) = mark(source)?;
    let (before, json, after) = divide(&marked)?;
    let mut places = vec![Place::default(); placeholders.len()];
    place(json, 0, &mut places)?;
    let text = [unescaped(before), json.to_owned(), unescaped(after)].concat();
    Ok(unmark(&text, &placeholders, &places))
}

/// The source with a mark in the place of each name, and the names.
fn mark(source: &str) -> Result<(String, Vec<Placeholder>), TemplateError> {
    let (mut marked, mut placeholders) = (String::new(), Vec::new());
    let mut rest = source;
    while let Some(char) = rest.chars().next() {
        if let Some((name, after)) = braced(rest) {
            marked.extend([MARK.0]);
            marked.push_str(&placeholders.len().to_string());
            marked.extend([MARK.1]);
            placeholders.push(placeholder(name)?);
            rest = after;
        } else {
            if char != MARK.0 && char != MARK.1 {
                marked.push(char);
            }
            rest = &rest[char.len_utf8()..];
        }
    }
    Ok((marked, placeholders))
}

/// The name that `rest` starts with, and what follows it.
fn braced(rest: &str) -> Option<(&str, &str)> {
    let (name, after) = rest.strip_prefix('{')?.split_once('}')?;
    let word = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let heard = name.starts_with("heard:") || name.starts_with("first:");
    (word || heard).then_some((name, after))
}

fn placeholder(name: &str) -> Result<Placeholder, TemplateError> {
    if let Some((which @ ("heard" | "first"), place)) = name.split_once(':') {
        let (path, default) = match place.split_once('|') {
            Some((path, default)) => (path, Some(default)),
            None => (place, None),
        };
        let path = path.parse().map_err(TemplateError::Path)?;
        let parsed = default.map(|default| {
            let value = Value::parse(default);
            value.map_err(|_| TemplateError::Default(default.to_owned()))
        });
        return Ok(Placeholder::Heard {
            path,
            first: which == "first",
            default: parsed.transpose()?,
        });
    }
    match name {
        "text" => Ok(Placeholder::Text),
        "user" => Ok(Placeholder::User),
        "id" => Ok(Placeholder::Id),
        "secret" => Ok(Placeholder::Secret),
        _ => Err(TemplateError::UnknownName(name.to_owned())),
    }
}

/// The JSON in a template, with what stands before and behind it. All of it stands before where there is none.
fn divide(marked: &str) -> Result<(&str, &str, &str), TemplateError> {
    let (body, after) = marked.split_at(end_of_body(marked));
    let starts = body.char_indices().filter(|(at, char)| {
        matches!(char, '{' | '[' | '"') && (*at == 0 || starts_json(&body[*at..]))
    });
    // Only few: each is parsed to its end.
    for (at, _) in starts.take(8) {
        if check(&body[at..]).is_ok() {
            return Ok((&body[..at], &body[at..], after));
        }
    }
    let trimmed = body.trim_start();
    match check(trimmed) {
        Err(error) if starts_json(trimmed) => Err(TemplateError::NotJson(error)),
        _ => Ok((marked, "", "")),
    }
}

/// Whether this looks like an object or an array, and not like words in brackets.
fn starts_json(text: &str) -> bool {
    let inside = text.strip_prefix(['{', '[']).map(str::trim_start);
    inside.is_some_and(|inside| inside.starts_with('"'))
}

/// Where the white space, the control characters and the escapes behind the body begin.
fn end_of_body(marked: &str) -> usize {
    let mut body = marked;
    loop {
        let trimmed = body.trim_end_matches(|char: char| char.is_whitespace() || char.is_control());
        let short = ["\\n", "\\r", "\\t"]
            .iter()
            .find_map(|escape| trimmed.strip_suffix(escape));
        let long = trimmed.len().checked_sub(6).filter(|at| {
            trimmed.is_char_boundary(*at)
                && escape(&trimmed[*at..]).is_some_and(|(_, len)| len == 6)
        });
        body = match short.or(long.map(|at| &trimmed[..at])) {
            Some(shorter) => shorter,
            None => return trimmed.len(),
        };
    }
}

/// The character that an escape at the start of `text` means, and the escape's length.
fn escape(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('\\')?;
    match rest.chars().next()? {
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        '\\' => Some(('\\', 2)),
        'u' => {
            let digits = rest
                .get(1..5)
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            let char = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            Some((char, 6))
        }
        _ => None,
    }
}

fn unescaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(char) = rest.chars().next() {
        let (char, len) = escape(rest).unwrap_or((char, char.len_utf8()));
        plain.push(char);
        rest = &rest[len..];
    }
    plain
}

/// Whether `text` is a JSON text once its names are filled in; the parser's words if not.
fn check(text: &str) -> Result<(), String> {
    // What is left of a mark is its number: a value, and no harm in a string.
    let value = Value::parse(&text.replace([MARK.0, MARK.1], " "));
    value.map(|_| ()).map_err(|error| error.to_string())
}

/// Finds out where the names in this JSON text stand, which itself stands in `level` strings.
fn place(json: &str, level: u8, places: &mut [Place]) -> Result<(), TemplateError> {
    let mut rest = json;
    while let Some(at) = rest.find(['"', MARK.0]) {
        rest = &rest[at..];
        if let Some(number) = marked_number(rest) {
            set(places, number, Place { level, value: true });
            rest = &rest[MARK.0.len_utf8()..];
            continue;
        }
        let end = string_end(rest);
        let string = Value::parse(&rest[..end]).unwrap_or_default();
        let text = string.as_str().unwrap_or_default();
        let inside = marks(text);
        if !inside.is_empty() && level >= MAX_LEVEL {
            return Err(TemplateError::TooDeep);
        }
        for number in inside {
            set(
                places,
                number,
                Place {
                    level: level + 1,
                    value: false,
                },
            );
        }
        if text.starts_with(['{', '[']) && check(text).is_ok() {
            place(text, level + 1, places)?;
        }
        rest = &rest[end..];
    }
    Ok(())
}

fn set(places: &mut [Place], number: usize, place: Place) {
    if let Some(known) = places.get_mut(number) {
        *known = place;
    }
}

/// Behind the closing quote of the string that `text` starts with.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        if char == '"' && !escaped {
            return at + 1;
        }
        escaped = char == '\\' && !escaped;
    }
    text.len()
}

/// The number of the mark that `text` starts with.
fn marked_number(text: &str) -> Option<usize> {
    let (number, _) = text.strip_prefix(MARK.0)?.split_once(MARK.1)?;
    number.parse().ok()
}

fn marks(text: &str) -> Vec<usize> {
    text.match_indices(MARK.0)
        .filter_map(|(at, _)| marked_number(&text[at..]))
        .collect()
}

fn unmark(text: &str, placeholders: &[Placeholder], places: &[Place]) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in text.split(MARK.0) {
        let literal = match piece.split_once(MARK.1) {
            Some((number, literal)) => {
                let number: usize = number.parse().unwrap_or_default();
                parts.push(Part::Placeholder(
                    placeholders[number].clone(),
                    places[number],
                ));
                literal
            }
            None => piece,
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.to_owned()));
        }
    }
    parts
}
