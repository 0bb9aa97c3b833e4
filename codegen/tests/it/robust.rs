//! Whatever a description contains, it becomes code or problems.

use serde_json::{Value, json};

use atlas_private_endpoint_codegen::{generate, read};

const GOOD: &str = include_str!("good.yaml");
const SHAPES: &str = include_str!("shapes.yaml");

/// What a value is replaced by.
fn strange() -> Vec<Value> {
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

fn check(description: &Value, what: &str) {
    let text = description.to_string();
    let diagnostics = generate(&text, "strange.yaml").err().unwrap_or_default();
    for diagnostic in &diagnostics {
        assert!(
            diagnostic.start.line == 1 && diagnostic.end >= diagnostic.start,
            "{what}: {diagnostic:?}"
        );
        assert!(
            !diagnostic.message.is_empty() && !diagnostic.help.is_empty(),
            "{what}: {diagnostic:?}"
        );
        // What one change leads to should have a rule of its own.
        let is_foreseen = !["cannot-generate", "unexpected-code"].contains(&diagnostic.rule.name);
        assert!(is_foreseen, "{what}: {diagnostic}");
    }
}

#[test]
fn any_value_may_stand_anywhere() {
    // All of them everywhere would take minutes, and have been tried.
    for (text, steps) in [(GOOD, &[0, 5, 10][..]), (SHAPES, &[0])] {
        let good = read(text).unwrap();
        let mut places = Vec::new();
        pointers(&good, "", &mut places);
        let strange = strange();
        for (index, place) in places.iter().enumerate() {
            for step in steps {
                let value = &strange[(index + step) % strange.len()];
                let mut description = good.clone();
                *description.pointer_mut(place).unwrap() = value.clone();
                check(&description, &format!("{place} = {value}"));
            }
        }
    }
}

#[test]
fn any_value_may_be_absent() {
    let good = read(GOOD).unwrap();
    let mut places = Vec::new();
    pointers(&good, "", &mut places);
    for place in places {
        let Some((holder, key)) = place.rsplit_once('/') else {
            continue;
        };
        let key = key.replace("~1", "/").replace("~0", "~");
        let mut description = good.clone();
        match description.pointer_mut(holder).unwrap() {
            Value::Object(holder) => drop(holder.remove(&key)),
            Value::Array(holder) => drop(holder.remove(key.parse().unwrap())),
            _ => unreachable!(),
        }
        check(&description, &format!("without {place}"));
    }
}
