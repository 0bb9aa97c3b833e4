//! The measures of the client's own benchmarks.

use super::Effort;
use super::comparison::{Goal, Row, Unit};
use crate::Failure;
use crate::workspace::cargo;

const ROUNDS: usize = 10;

/// HTTP requests of a call.
pub(super) fn requests(effort: Effort) -> Result<Vec<Row>, Failure> {
    // The counts of a mode are nearly the same in each round.
    let series = Series::measure("calls", "requests", effort.rounds(ROUNDS).min(3))?;
    let row = |concurrency: usize, name: &str, goal| {
        let measure = format!("HTTP requests of a call, {name}");
        let of = format!("requests-{concurrency}");
        series.row(
            &measure,
            Unit::Count,
            [&of, "client"],
            ["diqwest", "diqwest without a session"],
            goal,
        )
    };
    Ok(vec![
        row(1, "one by one", Some(Goal::Value(1.0)))?,
        row(32, "32 at once", Some(Goal::Value(1.02)))?,
        row(
            64,
            "64 at once, rising nonce count",
            Some(Goal::Value(1.02)),
        )?,
    ])
}

/// The duration of calls, one by one.
pub(super) fn latency(effort: Effort) -> Result<Vec<Row>, Failure> {
    // A round takes twelve seconds.
    let series = Series::measure("calls", "latency", effort.rounds(ROUNDS).min(3))?;
    let yardstick = ["diqwest", "diqwest without a session"];
    let goal = Some(Goal::Ratio(0.51));
    let row = series.row(
        "200 calls at 20 ms",
        Unit::Seconds,
        ["latency", "client"],
        yardstick,
        goal,
    )?;
    Ok(vec![row])
}

/// CPU time and throughput.
pub(super) fn cpu(effort: Effort) -> Result<Vec<Row>, Failure> {
    let series = Series::measure("calls", "cpu", effort.rounds(ROUNDS))?;
    let row = |name: &str, unit, of, yardstick, goal| {
        let measure = format!("{name}, 32 at once");
        series.row(&measure, unit, [of, "client"], yardstick, goal)
    };
    let reqwest = ["reqwest", "reqwest"];
    let session = ["session", "diqwest's session"];
    Ok(vec![
        row(
            "CPU time of a call",
            Unit::Seconds,
            "cpu",
            reqwest,
            Some(Goal::Ratio(1.3)),
        )?,
        row("CPU time of a call", Unit::Seconds, "cpu", session, None)?,
        row(
            "calls per second",
            Unit::Count,
            "rate",
            reqwest,
            Some(Goal::AtLeast(0.8)),
        )?,
    ])
}

/// Heap allocations of a call.
pub(super) fn allocations(effort: Effort) -> Result<Vec<Row>, Failure> {
    let series = Series::measure("allocations", "allocations", effort.rounds(ROUNDS).min(3))?;
    let row = |yardstick, goal| {
        let of = ["allocations", "client"];
        series.row(
            "heap allocations of a call",
            Unit::Count,
            of,
            yardstick,
            goal,
        )
    };
    Ok(vec![
        row(["reqwest", "reqwest"], Some(Goal::Ratio(1.5)))?,
        row(["session", "diqwest's session"], None)?,
    ])
}

/// Time and memory of a list of many projects.
pub(super) fn projects(effort: Effort) -> Result<Vec<Row>, Failure> {
    let series = Series::measure("calls", "projects", effort.rounds(ROUNDS))?;
    let row = |yardstick, goal| {
        let of = ["projects", "client"];
        series.row(
            "list of 1,000 projects at 20 ms, 64 at once",
            Unit::Seconds,
            of,
            yardstick,
            goal,
        )
    };
    Ok(vec![
        row(["ideal", "the latency alone"], Some(Goal::Ratio(1.15)))?,
        row(["reqwest", "reqwest"], None)?,
        series.row(
            "memory of a list of 1,000 projects",
            Unit::Bytes,
            ["memory", "many"],
            ["few", "10 projects"],
            Some(Goal::Ratio(1.3)),
        )?,
    ])
}

/// What a benchmark has printed: a name and its values in each line.
struct Series(Vec<(String, Vec<f64>)>);

impl Series {
    fn measure(bench: &str, measure: &str, rounds: usize) -> Result<Self, Failure> {
        let mut command = cargo(&["bench", "--quiet", "--locked", "--bench", bench]);
        command.args(["--package", "atlas-private-endpoint", "--"]);
        command.args([&rounds.to_string(), measure]);
        let output = command.stderr(std::process::Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the benchmark {bench} failed: {}", output.status).into());
        }
        Self::parse(&String::from_utf8(output.stdout)?)
    }

    fn parse(output: &str) -> Result<Self, Failure> {
        let mut series = Vec::new();
        for line in output.lines() {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default().to_owned();
            let values: Result<Vec<f64>, _> = words.map(str::parse).collect();
            let values =
                values.map_err(|error| format!("the benchmark printed {line:?}: {error}"))?;
            series.push((name, values));
        }
        Ok(Self(series))
    }

    fn values(&self, measure: &str, of: &str) -> Result<Vec<f64>, Failure> {
        let name = format!("{measure}/{of}");
        let found = self.0.iter().find(|(other, _)| *other == name);
        let (_, values) = found.ok_or_else(|| format!("the benchmark did not print {name}"))?;
        Ok(values.clone())
    }

    /// Compares two series of a measure; the yardstick has a name in the series and one in the table.
    fn row(
        &self,
        name: &str,
        unit: Unit,
        [measure, of]: [&str; 2],
        [yardstick, yardstick_name]: [&str; 2],
        goal: Option<Goal>,
    ) -> Result<Row, Failure> {
        let values = self.values(measure, of)?;
        let row =
            Row::new(name, unit, values).beside(yardstick_name, self.values(measure, yardstick)?);
        Ok(match goal {
            Some(goal) => row.with_goal(goal),
            None => row,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_of_a_benchmark_are_compared() {
        let series = Series::parse("cpu/client 0.3 0.1 0.2\ncpu/reqwest 0.1\n").unwrap();
        let compared = ["reqwest", "reqwest"];
        let row = series.row("CPU time", Unit::Seconds, ["cpu", "client"], compared, None);
        assert_eq!(row.unwrap().ratio(), Some(2.0));
        let missing = series.row(
            "CPU time",
            Unit::Seconds,
            ["rate", "client"],
            compared,
            None,
        );
        let error = missing.err().unwrap().to_string();
        assert_eq!(error, "the benchmark did not print rate/client");
        assert!(Series::parse("cpu/client many").is_err());
    }
}
