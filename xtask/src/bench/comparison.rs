//! A measure beside its yardstick, and the table of all.

/// A measure, and how it compares.
pub(super) struct Row {
    pub(super) measure: String,
    pub(super) unit: Unit,
    /// One for each round.
    pub(super) values: Vec<f64>,
    pub(super) yardstick: Option<Yardstick>,
    pub(super) goal: Option<Goal>,
}

pub(super) struct Yardstick {
    pub(super) name: String,
    /// One for each round, or one for all of them.
    pub(super) values: Vec<f64>,
}

#[derive(Clone, Copy)]
pub(super) enum Unit {
    Seconds,
    Bytes,
    Count,
}

/// What a row should reach.
#[derive(Clone, Copy)]
pub(super) enum Goal {
    /// At most this ratio to the yardstick.
    Ratio(f64),
    /// At least this ratio to the yardstick.
    AtLeast(f64),
    /// At most this value.
    Value(f64),
    /// At most this much more than the yardstick.
    More(f64),
}

impl Row {
    pub(super) fn new(measure: &str, unit: Unit, values: Vec<f64>) -> Self {
        Self {
            measure: measure.to_owned(),
            unit,
            values,
            yardstick: None,
            goal: None,
        }
    }

    pub(super) fn beside(mut self, yardstick: &str, values: Vec<f64>) -> Self {
        self.yardstick = Some(Yardstick {
            name: yardstick.to_owned(),
            values,
        });
        self
    }

    pub(super) fn with_goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    fn value(&self) -> f64 {
        quantile(&self.values, 0.5)
    }

    fn yardstick_value(&self) -> Option<f64> {
        let yardstick = self.yardstick.as_ref()?;
        Some(quantile(&yardstick.values, 0.5))
    }

    /// Returns the ratio of the medians.
    pub(super) fn ratio(&self) -> Option<f64> {
        Some(self.value() / self.yardstick_value()?)
    }

    /// Returns the ratio that would reach the goal; `None` without a yardstick or a goal.
    fn goal_ratio(&self) -> Option<f64> {
        let yardstick = self.yardstick_value()?;
        Some(match self.goal? {
            Goal::Ratio(ratio) | Goal::AtLeast(ratio) => ratio,
            Goal::Value(value) => value / yardstick,
            Goal::More(more) => (yardstick + more) / yardstick,
        })
    }

    /// Returns the length of the row's bar in a chart, and where the mark of its goal is: ratios to the yardstick, or
    /// to the goal where there is no yardstick.
    pub(super) fn bar(&self) -> Option<(f64, f64)> {
        match (self.ratio(), self.goal_ratio(), self.goal?) {
            (Some(ratio), Some(goal), _) => Some((ratio, goal)),
            (_, _, Goal::Value(goal)) => Some((self.value() / goal, 1.0)),
            _ => None,
        }
    }

    /// Returns whether the goal is reached, at the precision of the table.
    pub(super) fn is_reached(&self) -> Option<bool> {
        const PRECISION: f64 = 0.005;
        let (bar, mark) = self.bar()?;
        Some(match self.goal? {
            Goal::AtLeast(_) => bar > mark - PRECISION,
            _ => bar < mark + PRECISION,
        })
    }

    /// Formats the quartiles of the ratios of each round, or of the values where there is no yardstick.
    fn spread(&self) -> String {
        let spread = |values: &[f64], format: &dyn Fn(f64) -> String| {
            if values.len() < 2 {
                return String::new();
            }
            let quartiles = [0.25, 0.75].map(|part| format(quantile(values, part)));
            quartiles.join("–")
        };
        let Some(yardstick) = &self.yardstick else {
            return spread(&self.values, &|value| self.unit.format(value));
        };
        let pairs = self.values.iter().zip(yardstick.values.iter().cycle());
        let ratios: Vec<f64> = pairs.map(|(value, yardstick)| value / yardstick).collect();
        spread(&ratios, &two_decimals)
    }

    fn cells(&self) -> [String; 8] {
        let yardstick = self.yardstick.as_ref();
        let goal = self.goal.map_or(String::new(), |goal| match goal {
            Goal::Ratio(ratio) => two_decimals(ratio),
            Goal::AtLeast(ratio) => format!("≥ {ratio:.2}"),
            Goal::Value(value) => self.unit.format(value),
            Goal::More(more) => format!("{} more", self.unit.format(more)),
        });
        let difference = match (self.goal, self.yardstick_value()) {
            (Some(Goal::More(_)), Some(yardstick)) => {
                format!(" ({} more)", self.unit.format(self.value() - yardstick))
            }
            _ => String::new(),
        };
        let ratio = self.ratio().map_or(String::new(), two_decimals);
        let reached = match self.is_reached() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        [
            self.measure.clone(),
            self.unit.format(self.value()),
            yardstick.map_or(String::new(), |it| it.name.clone()),
            self.yardstick_value()
                .map_or(String::new(), |value| self.unit.format(value)),
            self.spread(),
            format!("{ratio}{difference}"),
            goal,
            reached.to_owned(),
        ]
    }
}

impl Unit {
    pub(super) fn format(self, value: f64) -> String {
        let (value, unit) = match self {
            Self::Seconds if value < 1e-3 => (value * 1e6, " µs"),
            Self::Seconds if value < 1.0 => (value * 1e3, " ms"),
            Self::Seconds => (value, " s"),
            Self::Bytes => (value / 1e6, " MB"),
            Self::Count => (value, ""),
        };
        let decimals = match value {
            value if value.fract() == 0.0 && value > 2.0 => 0,
            value if value < 10.0 => 2,
            value if value < 100.0 => 1,
            _ => 0,
        };
        format!("{value:.decimals$}{unit}")
    }
}

fn two_decimals(value: f64) -> String {
    format!("{value:.2}")
}

/// Returns the value below which a part of the values lies; the median for one half.
fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "the result is an index of a short list"
    )]
    let index = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

/// Returns a Markdown table, whose columns are aligned for a terminal.
pub(super) fn table(rows: &[Row]) -> String {
    let head = [
        "measure",
        "median",
        "yardstick",
        "its median",
        "spread",
        "ratio",
        "to reach",
        "reached",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let widths: [usize; 8] = std::array::from_fn(|column| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or(0)
    });
    lines.insert(1, widths.map(|width| "-".repeat(width)));
    let mut table = String::new();
    for line in lines {
        let cells = line.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        table += &format!("| {} |\n", cells.join(" | "));
    }
    table
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One row of each kind.
    pub(in crate::bench) fn rows() -> Vec<Row> {
        vec![
            Row::new(
                "list, plain",
                Unit::Seconds,
                vec![0.0024, 0.0026, 0.0025, 0.0030],
            )
            .beside("curl & co", vec![0.008, 0.009, 0.0085, 0.009])
            .with_goal(Goal::Ratio(0.3)),
            Row::new("calls per second", Unit::Count, vec![30_000.0])
                .beside("reqwest", vec![50_000.0])
                .with_goal(Goal::AtLeast(0.8)),
            Row::new("program", Unit::Bytes, vec![7_900_000.0]).with_goal(Goal::Value(6e6)),
            Row::new("version", Unit::Seconds, vec![0.0020])
                .beside("/bin/true", vec![0.0008])
                .with_goal(Goal::More(0.0015)),
            Row::new("crates", Unit::Count, vec![121.0, 121.0]).beside("reqwest", vec![97.0]),
        ]
    }

    #[test]
    fn table_has_medians_spread_ratio_and_goal_of_each_row() {
        insta::assert_snapshot!(table(&rows()));
    }

    #[test]
    fn row_reaches_its_goal_up_to_the_precision_of_the_table() {
        let reached: Vec<_> = rows().iter().map(Row::is_reached).collect();
        let expected = [Some(true), Some(false), Some(false), Some(true), None];
        assert_eq!(reached, expected);
        let row = |value| {
            let row = Row::new("requests", Unit::Count, vec![value]);
            row.beside("two", vec![2.0])
                .with_goal(Goal::Value(1.0))
                .is_reached()
        };
        assert_eq!(row(1.004), Some(true));
        assert_eq!(row(1.02), Some(false));
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        let quantiles = [0.0, 0.25, 0.5, 1.0].map(|part| two_decimals(quantile(&values, part)));
        assert_eq!(quantiles, ["1.00", "2.00", "3.00", "5.00"]);
    }
}
