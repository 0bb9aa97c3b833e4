//! The measures of the generator: `cargo xtask generate` and `cargo xtask lint` on small and large fragments.

use std::process::Command;
use std::{env, fs};

use atlas_private_endpoint_codegen::read;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::comparison::{Goal, Row, Unit};
use super::programs::seconds_of;
use super::{Effort, alternate};
use crate::Failure;
use crate::workspace::{cargo, root};

const FRAGMENT: &str = "spec/private-endpoint-v1.0.yaml";

/// What a workspace is known by.
const MARKER: &str = "xtask/Cargo.toml";

/// How often a large fragment contains the small one, which has seven operations.
const COPIES: usize = 572;
const FEW_COPIES: usize = 57;

/// The schemas that only operations use.
const COPIED_SCHEMAS: [&str; 4] = [
    "PrivateEndpointConnection",
    "CreatePrivateEndpointConnection",
    "InterfaceEndpoint",
    "AddInterfaceEndpoint",
];

const PROBLEMS: usize = 20_000;
const FEW_PROBLEMS: usize = 2000;

/// A time is linear when ten times as much takes at most this much longer for each.
const LINEAR: f64 = 1.1;

/// The whole task, with cargo's own part.
pub(super) fn nothing_to_do(effort: Effort) -> Result<Vec<Row>, Failure> {
    let run = |arguments: &[&str]| seconds_of(cargo(arguments));
    run(&["xtask", "generate"])?;
    let [values, yardstick] = alternate(
        effort.rounds(20),
        [&mut || run(&["xtask", "generate"]), &mut || {
            run(&["xtask", "--version"])
        }],
    )?;
    let row = Row::new("cargo xtask generate, nothing to do", Unit::Seconds, values);
    let row = row.beside("cargo xtask --version", yardstick);
    Ok(vec![row.with_goal(Goal::Value(0.2))])
}

/// The time of each operation, in a large fragment and in one of a tenth of its size.
pub(super) fn operations(effort: Effort) -> Result<Vec<Row>, Failure> {
    let text = fs::read_to_string(root().join(FRAGMENT))?;
    let (large, small) = (multiplied(&text, COPIES)?, multiplied(&text, FEW_COPIES)?);
    let per_operation = |text: &str, copies: usize| {
        // A new workspace, so that something is written.
        let seconds = run_task("generate", text, true)?;
        Ok(seconds / count(copies * 7))
    };
    let [values, yardstick] = alternate(
        effort.rounds(3),
        [&mut || per_operation(&large, COPIES), &mut || {
            per_operation(&small, FEW_COPIES)
        }],
    )?;
    let measure = format!("generate, for each of {} operations", COPIES * 7);
    let row = Row::new(&measure, Unit::Seconds, values);
    let row = row.beside(&format!("of {}", FEW_COPIES * 7), yardstick);
    Ok(vec![row.with_goal(Goal::Ratio(LINEAR))])
}

/// The time of each problem, among many and among a tenth of them.
pub(super) fn problems(effort: Effort) -> Result<Vec<Row>, Failure> {
    let text = fs::read_to_string(root().join(FRAGMENT))?;
    let (large, small) = (
        problematic(&text, PROBLEMS)?,
        problematic(&text, FEW_PROBLEMS)?,
    );
    let per_problem =
        |text: &str, problems: usize| Ok(run_task("lint", text, false)? / count(problems));
    let [values, yardstick] = alternate(
        effort.rounds(3),
        [&mut || per_problem(&large, PROBLEMS), &mut || {
            per_problem(&small, FEW_PROBLEMS)
        }],
    )?;
    let row = Row::new("lint, for each of 20,000 problems", Unit::Seconds, values);
    Ok(vec![
        row.beside("of 2,000", yardstick)
            .with_goal(Goal::Ratio(LINEAR)),
    ])
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

/// Runs a task of this program in a workspace with only a fragment; returns how long it took.
fn run_task(task: &str, text: &str, succeeds: bool) -> Result<f64, Failure> {
    let workspace = TempDir::new()?;
    for (file, text) in [(MARKER, ""), (FRAGMENT, text)] {
        let file = workspace.path().join(file);
        fs::create_dir_all(file.parent().unwrap_or(&file))?;
        fs::write(file, text)?;
    }
    fs::create_dir_all(workspace.path().join("sandbox/src"))?;
    // A failure is expected of lint.
    let mut command = if succeeds {
        Command::new(env::current_exe()?)
    } else {
        let mut inverted = Command::new("sh");
        inverted
            .args(["-c", "! \"$0\" \"$@\""])
            .arg(env::current_exe()?);
        inverted
    };
    command.arg(task).current_dir(workspace.path());
    seconds_of(command)
}

/// Returns a fragment with the operations of another several times, and their schemas, under different names.
fn multiplied(text: &str, copies: usize) -> Result<String, Failure> {
    let mut fragment = read(text).map_err(|_| "spec/ has problems; run: cargo xtask lint")?;
    let paths = fragment["paths"].take();
    let mut all_paths = Map::new();
    let schemas = &mut fragment["components"]["schemas"];
    let originals = COPIED_SCHEMAS.map(|name| schemas[name].take());
    let all_schemas = schemas.as_object_mut().ok_or("spec/ has no schemas")?;
    all_schemas.retain(|_, schema| !schema.is_null());
    for copy in 0..copies {
        for (name, path) in paths.as_object().into_iter().flatten() {
            all_paths.insert(format!("/copy{copy}{name}"), renamed(path, copy));
        }
        for (name, schema) in COPIED_SCHEMAS.iter().zip(&originals) {
            all_schemas.insert(format!("{name}{copy}"), renamed(schema, copy));
        }
    }
    fragment["paths"] = Value::Object(all_paths);
    Ok(serde_json::to_string_pretty(&fragment)?)
}

/// Returns a part of the fragment with the number of a copy at the end of the names of operations and schemas.
fn renamed(part: &Value, copy: usize) -> Value {
    match part {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| match value {
                Value::String(text) if name == "operationId" || is_copied(text) => {
                    (name.clone(), format!("{text}{copy}").into())
                }
                value => (name.clone(), renamed(value, copy)),
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(|item| renamed(item, copy)).collect(),
        other => other.clone(),
    }
}

fn is_copied(reference: &str) -> bool {
    let name = reference.strip_prefix("#/components/schemas/");
    name.is_some_and(|name| COPIED_SCHEMAS.contains(&name))
}

/// Returns a fragment with as many problems: properties whose examples have the wrong type.
fn problematic(text: &str, problems: usize) -> Result<String, Failure> {
    let mut fragment = read(text).map_err(|_| "spec/ has problems; run: cargo xtask lint")?;
    let properties = "/components/schemas/PrivateEndpointConnection/properties";
    let properties = fragment
        .pointer_mut(properties)
        .and_then(Value::as_object_mut);
    let properties = properties.ok_or("the fragment has no private endpoint connection")?;
    properties.extend((0..problems).map(|number| {
        let property = json!({ "type": "string", "description": "A text.", "example": 5 });
        (format!("property{number}"), property)
    }));
    Ok(serde_json::to_string_pretty(&fragment)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_private_endpoint_codegen::generate;

    #[test]
    fn multiplied_fragment_is_generated() {
        let text = fs::read_to_string(root().join(FRAGMENT)).unwrap();
        let text = multiplied(&text, 2).unwrap();
        let code = generate(&text, FRAGMENT).unwrap();
        for copy in ["0", "1"] {
            let method = format!("pub async fn list_private_endpoint_connections{copy}(");
            assert!(code.contains(&method), "{method}");
        }
    }

    #[test]
    fn problematic_fragment_has_as_many_problems() {
        let text = fs::read_to_string(root().join(FRAGMENT)).unwrap();
        let text = problematic(&text, 30).unwrap();
        assert_eq!(generate(&text, FRAGMENT).unwrap_err().len(), 30);
    }
}
