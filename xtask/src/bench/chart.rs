//! The rows as a bar chart.

use super::comparison::Row;

const WIDTH: f64 = 960.0;
const ROW: f64 = 24.0;
const TOP: f64 = 40.0;
/// Where the bars begin, and the length of the longest.
const LEFT: f64 = 500.0;
const LENGTH: f64 = 300.0;
/// The ratio at which a longer bar is cut.
const LONGEST: f64 = 2.0;

/// Each colour has contrast to white and to black alike, so that no background is required.
const STYLE: &str = "text { font: 12px sans-serif; fill: #7a7f87 } .yes { fill: #3d85c6 } .no { fill: #cf6f21 } \
                     .mark { stroke: #7a7f87; stroke-width: 2 }";

/// Draws each row that has a goal: its ratio as a bar, and a mark at the ratio to reach.
pub(super) fn svg(rows: &[Row]) -> String {
    let mut lines = String::new();
    let mut y = TOP;
    for row in rows {
        if let Some((ratio, goal)) = row.bar() {
            lines += &line(row, ratio, goal, y);
            y += ROW;
        }
    }
    let title = "Ratio to the yardstick, or to the goal where there is none; the mark is the ratio to reach";
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Benchmark results\">\n<style>{STYLE}</style>\n\
         <text x=\"8\" y=\"20\">{title}</text>\n{lines}</svg>\n",
        height = y + 8.0,
    )
}

fn line(row: &Row, ratio: f64, goal: f64, y: f64) -> String {
    let label = match &row.yardstick {
        Some(yardstick) => format!("{} / {}", row.measure, yardstick.name),
        None => row.measure.clone(),
    };
    let class = if row.is_reached() == Some(true) {
        "yes"
    } else {
        "no"
    };
    let length = |ratio: f64| LENGTH * ratio.min(LONGEST) / LONGEST;
    let (label_x, bar, mark) = (LEFT - 8.0, length(ratio), LEFT + length(goal));
    let (top, bottom, text) = (y + 2.0, y + ROW - 2.0, y + 16.0);
    let value_x = LEFT + length(ratio.max(goal)) + 8.0;
    format!(
        "<text x=\"{label_x}\" y=\"{text}\" text-anchor=\"end\">{label}</text>\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{bar:.1}\" height=\"{}\"/>\
         <line class=\"mark\" x1=\"{mark:.1}\" x2=\"{mark:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
         <text x=\"{value_x:.1}\" y=\"{text}\">{ratio:.2}, to reach {goal:.2}</text>\n",
        y + 5.0,
        ROW - 10.0,
        label = escaped(&label),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::comparison::tests::rows;

    #[test]
    fn chart_has_a_bar_and_a_mark_for_each_row_with_a_goal() {
        insta::assert_snapshot!(svg(&rows()));
    }
}
