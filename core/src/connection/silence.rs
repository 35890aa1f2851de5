//! Ends after the same silence, twice in a row: something on the way does not keep silent links. [`Silences`].

use std::time::Duration;

/// A shorter silence is no matter of heartbeats.
const SHORTEST: Duration = Duration::from_secs(5);
/// Two silences are the same that differ by no more than this, or by a twentieth.
const APART: Duration = Duration::from_secs(2);

/// How long it was silent before the last link's end.
#[derive(Debug, Default)]
pub(super) struct Silences {
    last: Option<Duration>,
    told: bool,
}

impl Silences {
    /// A link has ended after this silence. Returns how many seconds it was where that is to be told: once.
    pub(super) fn end(&mut self, silence: Duration) -> Option<u64> {
        let last = self.last.replace(silence)?;
        let same = silence.abs_diff(last) <= APART.max(silence / 20);
        let tells = same && silence >= SHORTEST && !std::mem::replace(&mut self.told, true);
        tells.then(|| silence.min(last).as_secs_f64().round() as u64)
    }

    /// The link ended in a way that says nothing of silence.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ends: &[f64]) -> Vec<Option<u64>> {
        let mut silences = Silences::default();
        let end = |seconds: &f64| silences.end(Duration::from_secs_f64(*seconds));
        ends.iter().map(end).collect()
    }

    #[test]
    fn the_same_silence_twice_in_a_row_is_told_once() {
        assert_eq!(told(&[60.1, 60.3]), [None, Some(60)]);
        assert_eq!(told(&[60.0, 60.0, 60.0]), [None, Some(60), None]);
        assert_eq!(told(&[600.0, 615.0]), [None, Some(600)]);
    }

    #[test]
    fn others_are_a_coincidence() {
        assert_eq!(told(&[60.0, 30.0, 60.0]), [None; 3]);
        assert_eq!(told(&[0.1, 0.1, 4.9, 4.9]), [None; 4]);
        let mut silences = Silences::default();
        silences.end(Duration::from_secs(60));
        silences.forget();
        assert_eq!(silences.end(Duration::from_secs(60)), None);
    }
}
