//! Every fragment is generated or refused with diagnostics, whatever its values.

use serde_json::{Value, json};

use atlas_private_endpoint_codegen::{generate, read};

const GOOD: &str = include_str!("good.yaml");
const SHAPES: &str = include_str!("shapes.yaml");

fn strange_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("é{\u{7}\"'}"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"": {}}),
        json!({"$ref": "#/components/schemas/Thing"}),
        json!({"$ref": 5}),
        json!({"allOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "integer"}]}),
    ]
}

fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    for (key, part) in value.as_object().into_iter().flatten() {
        pointers(part, &format!("{at}/{}", escape(key)), into);
    }
    for (index, part) in value.as_array().into_iter().flatten().enumerate() {
        pointers(part, &format!("{at}/{index}"), into);
    }
}

fn check(fragment: &Value, what: &str) {
    let diagnostics = generate(&fragment.to_string(), "strange.yaml");
    for diagnostic in diagnostics.err().unwrap_or_default() {
        assert!(
            diagnostic.start.line == 1 && diagnostic.end >= diagnostic.start,
            "{what}: {diagnostic:?}"
        );
        assert!(
            !diagnostic.message.is_empty() && !diagnostic.help.is_empty(),
            "{what}: {diagnostic:?}"
        );
        // A single change must be reported by a specific rule.
        let is_specific = diagnostic.rule.name != "cannot-generate";
        assert!(is_specific, "{what}: {diagnostic}");
    }
}

/// Replaces every `step`th value of a fragment, each by another strange value. All strange values at each place
/// would take minutes.
fn check_replacements(text: &str, first: usize, step: usize) {
    let good = read(text).unwrap();
    let mut places = Vec::new();
    pointers(&good, "", &mut places);
    let strange = strange_values();
    for (index, place) in places.iter().enumerate().step_by(step) {
        let value = &strange[(index + first) % strange.len()];
        let mut fragment = good.clone();
        *fragment.pointer_mut(place).unwrap() = value.clone();
        check(&fragment, &format!("{place} = {value}"));
    }
}

#[test]
fn any_replaced_value_is_handled() {
    check_replacements(GOOD, 0, 1);
}

#[test]
fn any_value_replaced_by_another_value_is_handled() {
    check_replacements(GOOD, 5, 1);
}

#[test]
fn any_replaced_value_of_every_shape_is_handled() {
    check_replacements(SHAPES, 0, 3);
}

#[test]
fn any_absent_value_is_handled() {
    let good = read(GOOD).unwrap();
    let mut places = Vec::new();
    pointers(&good, "", &mut places);
    for place in places {
        let Some((holder, key)) = place.rsplit_once('/') else {
            continue;
        };
        let key = key.replace("~1", "/").replace("~0", "~");
        let mut fragment = good.clone();
        match fragment.pointer_mut(holder).unwrap() {
            Value::Object(holder) => drop(holder.remove(&key)),
            Value::Array(holder) => drop(holder.remove(key.parse().unwrap())),
            _ => unreachable!(),
        }
        check(&fragment, &format!("without {place}"));
    }
}

/// Takes hours if the time is quadratic in the number of diagnostics.
#[test]
fn many_diagnostics_take_linear_time() {
    const MANY: usize = 5_000;
    let repeated = |item: &dyn Fn(usize) -> String| (0..MANY).map(item).collect::<String>();
    let text = format!(
        "openapi: 3.0.3\ninfo: {{ title: A, version: '1' }}\nservers: [{{ url: https://a.example }}]\n\
         {}paths:\n  /a:\n    get:\n      operationId: get\n      summary: Get.\n      x-atlas-roles: [Reader]\n      \
         responses: {{ default: {{ description: An error. }}, '200': {{ description: A. }} }}\n{}\
         components:\n  schemas:\n    A:\n      type: object\n      required: [{}]\n      properties:\n{}{}",
        repeated(&|it| format!("# {it}\t\n")),
        repeated(&|it| format!(
            "  /b{it}: {{ get: {{ operationId: get, responses: {{ '200': {{ description: B. }} }} }} }}\n"
        )),
        repeated(&|it| format!("r{it}, ")),
        repeated(&|it| format!("        p{it}: {{ type: string, example: 5 }}\n")),
        repeated(&|it| format!("    S{it}: {{ type: string, enum: [A] }}\n")),
    );
    let diagnostics = generate(&text, "many.yaml").unwrap_err();
    assert!(diagnostics.len() > 8 * MANY, "{}", diagnostics.len());
}
