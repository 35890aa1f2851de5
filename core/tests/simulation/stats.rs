//! The figures of many runs.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// How long the waits were after so many failures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delays {
    pub count: u64,
    pub micros: u64,
}

impl Delays {
    pub fn add(&mut self, delay: Duration) {
        self.count += 1;
        self.micros += delay.as_micros() as u64;
    }

    fn mean(self) -> f64 {
        self.micros as f64 / self.count.max(1) as f64 / 1e6
    }
}

macro_rules! stats {
    ($($name:ident),*; $($map:ident: $key:ty),*) => {
        /// What was counted.
        #[derive(Clone, Debug, Default)]
        pub struct Stats {
            $(pub $name: u64,)*
            $(pub $map: BTreeMap<$key, u64>,)*
            pub delays: [Delays; 8],
        }

        impl Stats {
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
                $(for (key, count) in &other.$map {
                    *self.$map.entry(key.clone()).or_default() += count;
                })*
                for (own, other) in self.delays.iter_mut().zip(other.delays) {
                    own.count += other.count;
                    own.micros += other.micros;
                }
            }
        }
    };
}

stats!(
    runs, millis, steps, sent, again, delivered, unproved, needless, strays, lost, duplicated, received, shown,
    recovered, resumed, attempts, stale, unreadable, late_heartbeats, late_lines, unsettled, crossed, moved,
    channels_joined, channels_refused;
    faults: &'static str, losses: &'static str, codes: u16, refused: &'static str, failed: String, unread: &'static str
);

impl Stats {
    /// Rule 10 over all runs: the mean delay after so many failures is that of full jitter.
    pub fn check_delays(&self) -> Result<(), String> {
        for (failures, delays) in self.delays.iter().enumerate().skip(1) {
            // The last place holds all that are at the ceiling, or nearly.
            let longest = (0.5 * 2_f64.powi(failures as i32)).min(20.0);
            let mean = (0.5 + longest) / 2.0;
            let found = delays.mean();
            if delays.count > 400 && (found < mean * 0.85 || found > mean * 1.15) {
                return Err(format!(
                    "rule 10: after {failures} failures the mean delay is {found:.2} s, not {mean:.2} s"
                ));
            }
        }
        Ok(())
    }
}

fn list<K: fmt::Display>(map: &BTreeMap<K, u64>) -> String {
    let items: Vec<String> = map
        .iter()
        .map(|(key, count)| format!("{key} {count}"))
        .collect();
    if items.is_empty() {
        "none".into()
    } else {
        items.join(", ")
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_links(f)?;
        self.write_sent(f)?;
        self.write_received(f)
    }
}

impl Stats {
    fn write_links(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "runs              {}", self.runs)?;
        writeln!(f, "simulated hours   {:.1}", self.millis as f64 / 3.6e6)?;
        writeln!(f, "steps             {}", self.steps)?;
        writeln!(f, "attempts          {}", self.attempts)?;
        writeln!(
            f,
            "faults            {}: {}",
            self.faults.values().sum::<u64>(),
            list(&self.faults)
        )?;
        writeln!(f, "links lost        {}", list(&self.losses))?;
        writeln!(f, "close codes       {}", list(&self.codes))?;
        writeln!(f, "stale inputs      {}", self.stale)?;
        writeln!(
            f,
            "recovered         {} Socket.IO sessions, {} JSON links",
            self.recovered, self.resumed
        )?;
        writeln!(
            f,
            "addresses         {} changes; channels: {} joined, {} taken for refused",
            self.moved, self.channels_joined, self.channels_refused
        )?;
        writeln!(
            f,
            "late heartbeats   {} shown at echo servers; late lines {}, put before later ones",
            self.late_heartbeats, self.late_lines
        )?;
        Ok(())
    }

    fn write_sent(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed: u64 = self.failed.values().sum();
        writeln!(
            f,
            "messages sent     {} ({} tried again by hand; not taken: {})",
            self.sent,
            self.again,
            list(&self.refused)
        )?;
        writeln!(f, "  delivered       {}", self.delivered)?;
        writeln!(f, "  sent, no proof  {}", self.unproved)?;
        writeln!(f, "  failed          {failed}: {}", list(&self.failed))?;
        writeln!(
            f,
            "                  ({} of them had arrived)",
            self.needless
        )?;
        writeln!(
            f,
            "  sent, not read  {} ({} of them not settled) at servers that had proved nothing yet, or never do: {}",
            self.unread.values().sum::<u64>(),
            self.unsettled,
            list(&self.unread)
        )?;
        writeln!(
            f,
            "                  and {} where the server's own close crossed the app's, with its code",
            self.crossed
        )?;
        writeln!(
            f,
            "  read late       {} after their link was lost, without a doubt",
            self.strays
        )?;
        Ok(())
    }

    fn write_received(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "read by servers   {}", self.received)?;
        writeln!(f, "shown by others   {}", self.shown)?;
        for (failures, delays) in self.delays.iter().enumerate().skip(1) {
            let more = if failures == 7 { " or more" } else { "" };
            writeln!(
                f,
                "mean delay        {:.2} s after {failures}{more} ({})",
                delays.mean(),
                delays.count
            )?;
        }
        writeln!(f, "lost              {}", self.lost)?;
        write!(f, "duplicated        {}", self.duplicated)
    }
}
