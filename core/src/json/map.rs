//! [`Map`]: the members of a JSON object.

use super::Value;

/// More members than this are no message of a chat.
const MANY: usize = 64;

/// The members of an object, in the order in which they came. Objects of chat servers have a dozen members: looking through them
/// is as quick as a tree, and far smaller.
#[derive(Clone, Debug, Default)]
pub struct Map(Vec<(String, Value)>);

impl Map {
    /// No members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The member of this name; the last one, where the name came twice.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.get_key_value(name).map(|(_, value)| value)
    }

    /// The same, with its name.
    #[must_use]
    pub fn get_key_value(&self, name: &str) -> Option<(&String, &Value)> {
        // Names of other lengths, as most are, are not compared: each message is looked through for many.
        let mut members = self.0.iter().rev();
        members
            .find(|(known, _)| known.len() == name.len() && known == name)
            .map(|(known, value)| (known, value))
    }

    /// Whether there is a member of this name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a member, or replaces its value.
    pub fn insert(&mut self, name: String, value: Value) {
        match self.0.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds a member of a text. Where there are many already it is not looked for among them: megabytes of members would take hours.
    pub(super) fn add(&mut self, name: String, value: Value) {
        match self.len() < MANY {
            true => self.insert(name, value),
            false => self.0.push((name, value)),
        }
    }

    /// Takes a member away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// The members in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.iter())
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }
}

/// The members of a [`Map`], in order.
#[derive(Clone, Debug)]
pub struct Iter<'a>(std::slice::Iter<'a, (String, Value)>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a String, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, value))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(name, value)| (name, value))
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a String, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The order does not matter.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let same = |(name, _): (&String, &Value)| self.get(name) == other.get(name);
        self.len() == other.len() && self.iter().all(same)
    }
}

impl Eq for Map {}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(members: T) -> Self {
        let mut map = Self::new();
        for (name, value) in members {
            map.insert(name, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_counts_and_order_is_kept() {
        let mut map = Map::new();
        for (name, number) in [("b", 1_u64), ("a", 2), ("b", 3), ("c", 4)] {
            map.add(name.into(), number.into());
        }
        let names: Vec<_> = map.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c"]);
        assert_eq!(map.get("b"), Some(&3_u64.into()));
        map.remove("b");
        assert!(!map.contains_key("b") && map.len() == 2);
    }

    #[test]
    fn the_last_of_a_name_counts_among_many() {
        let names = (0..MANY * 2).map(|n| format!("{n}"));
        let text = |value: &str| {
            names
                .clone()
                .map(|name| format!("\"{name}\":{value}"))
                .collect::<Vec<_>>()
                .join(",")
        };
        let twice = Value::parse(&format!("{{{},{}}}", text("1"), text("2"))).expect("JSON");
        let once = Value::parse(&format!("{{{}}}", text("2"))).expect("JSON");
        for name in names {
            assert_eq!(twice[name.as_str()], once[name.as_str()], "{name}");
        }
    }

    #[test]
    fn a_name_is_looked_for_among_as_many_as_may_be_and_no_more() {
        for (before, len) in [(MANY - 1, MANY - 1), (MANY, MANY + 1)] {
            let mut map: Map = (0..before).map(|n| (n.to_string(), Value::Null)).collect();
            map.add("0".into(), Value::Null);
            assert_eq!(map.len(), len);
        }
    }

    #[test]
    fn maps_are_the_same_in_any_order() {
        let map = |names: &[&str]| -> Map {
            names
                .iter()
                .map(|name| ((*name).to_owned(), Value::Null))
                .collect()
        };
        assert_eq!(map(&["a", "b"]), map(&["b", "a"]));
        assert_ne!(map(&["a", "b"]), map(&["a", "c"]));
        assert_ne!(map(&["a"]), map(&["a", "b"]));
    }
}
