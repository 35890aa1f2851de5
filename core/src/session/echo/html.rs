//! Words as they were before a server made HTML of them.

use super::words::LONG;

/// The text without its tags, and with each character in place of its entity; `None` where nothing in it is HTML.
pub(super) fn without_html(text: &str) -> Option<String> {
    replaced(text, &['&', '<'], |html| entity(html).or_else(|| tag(html)))
}

/// The text with each character in place of its entity; `None` where it has none.
pub(super) fn unescaped(text: &str) -> Option<String> {
    replaced(text, &['&'], entity)
}

/// What stands at the start of some HTML, and how long that is.
type Read = fn(&str) -> Option<(Option<char>, usize)>;

/// The text with what is read in place of what begins with these signs; `None` where that is the same.
fn replaced(text: &str, signs: &[char], read: Read) -> Option<String> {
    // Each line that arrives is looked through: by bytes, which costs a third of looking at letters.
    let begins = |byte: u8| signs.contains(&char::from(byte));
    if text.len() > LONG || !text.bytes().any(begins) {
        return None;
    }
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, html)) = rest.find(signs).and_then(|at| rest.split_at_checked(at)) {
        plain.push_str(before);
        let (letter, len) = read(html).unwrap_or_else(|| sign(html));
        plain.extend(letter);
        rest = html.get(len..).unwrap_or_default();
    }
    plain.push_str(rest);
    (plain != text).then_some(plain)
}

/// A sign that is only that, and its length.
fn sign(html: &str) -> (Option<char>, usize) {
    (html.chars().next(), 1)
}

/// The character that an entity at the start of `html` stands for, and the entity's length.
fn entity(html: &str) -> Option<(Option<char>, usize)> {
    let name = between(html, '&', ';', 10)?;
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((Some(letter), name.len() + 2))
}

/// What a tag at the start of `html` leaves between the words around it, and the tag's length.
fn tag(html: &str) -> Option<(Option<char>, usize)> {
    let inside = between(html, '<', '>', 1_000)?;
    let name = inside.trim_start_matches('/');
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let name = name.split([' ', '/']).next()?;
    let is_line = ["br", "p", "div", "li"]
        .iter()
        .any(|line| name.eq_ignore_ascii_case(line));
    Some((is_line.then_some(' '), inside.len() + 2))
}

/// What stands between this sign at the start of `html` and that one, which is not far away.
fn between(html: &str, start: char, end: char, most: usize) -> Option<&str> {
    let inside = html.strip_prefix(start)?;
    let end = inside
        .bytes()
        .take(most)
        .position(|byte| char::from(byte) == end)?;
    inside.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_read_once_and_others_stay() {
        let plain = |text| without_html(text);
        assert_eq!(
            plain("&lt;b&gt; &amp; &#39;&#x27;").as_deref(),
            Some("<b> & ''")
        );
        assert_eq!(plain("&amp;lt;").as_deref(), Some("&lt;"));
        assert_eq!(plain("it&apos;s&nbsp;me").as_deref(), Some("it's me"));
        for text in ["a & b", "&nothing;", "&", "&;", "&#xffffffff;", "&é"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn tags_leave_the_words_and_other_angles_stay() {
        let plain = |text| without_html(text);
        let link = "see <a href=\"https://x.org/?a=1\" target='_blank'>https://x.org/?a=1</a>";
        assert_eq!(plain(link).as_deref(), Some("see https://x.org/?a=1"));
        assert_eq!(
            plain("<P>one</P><p class=x>two<br/>three</p>").as_deref(),
            Some(" one  two three ")
        );
        assert_eq!(
            plain("<strong>a &lt;b&gt;</strong>").as_deref(),
            Some("a <b>")
        );
        for text in [
            "a < b > c",
            "a <b",
            "<3",
            "</>",
            "<>",
            "x <é>",
            "<amp;",
            "&b>",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_very_long_is_not_looked_through() {
        let ends = |len: usize| "x".repeat(len - 4) + "&lt;";
        assert!(without_html(&ends(LONG)).is_some());
        assert!(without_html(&ends(LONG + 1)).is_none());
    }
}
