//! Edits of a fragment, as a tree and as text. Their choices are in `mutation.json`.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// Names with and without a meaning in Rust or in the generated code; values that are seldom valid; schemas of
/// every kind; keywords with a value; and characters with a meaning in YAML.
static CHOICES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../mutation.json")).unwrap());

fn choice(list: &str, number: usize) -> Value {
    let list = CHOICES[list].as_array().unwrap();
    list[number % list.len()].clone()
}

fn name(number: usize) -> String {
    choice("names", number).as_str().unwrap().to_owned()
}

fn value(number: usize) -> Value {
    match number % 3 {
        0 => choice("names", number / 3),
        1 => choice("values", number / 3),
        _ => json!("A text of many words. ".repeat(number % 300)),
    }
}

fn schema(number: usize) -> Value {
    let mut schema = choice("schemas", number);
    if schema.get("$ref").is_none() {
        schema["description"] = json!("What it is.");
    }
    schema
}

type TreeEdit = fn(&mut Value, usize, usize, usize);

/// The edits of a tree. Those that often leave a fragment valid are listed several times.
pub(super) const TREE: &[TreeEdit] = &[
    |document, at, _, _| drop(take(document, at)),
    |document, at, to, _| rename_key(document, at, &name(to)),
    |document, at, to, _| duplicate(document, at, &name(to)),
    copy,
    |document, one, other, _| swap(document, one, other),
    |document, at, by, _| {
        let places = places(document);
        put(document, chosen(&places, at), value(by));
    },
    replace_text,
    set,
    set,
    set,
    add_enum_value,
    add_enum_value,
    add_property,
    add_property,
    rename_name,
    rename_name,
    rename_name,
    rename_name,
    replace_schema,
    replace_schema,
    replace_schema,
    replace_schema,
];

fn copy(document: &mut Value, from: usize, to: usize, _: usize) {
    let places = places(document);
    let value = chosen(&places, from)
        .and_then(|it| document.pointer(it))
        .cloned();
    if let Some(value) = value {
        put(document, chosen(&places, to), value);
    }
}

fn replace_text(document: &mut Value, at: usize, by: usize, how: usize) {
    let texts = filtered(document, |_, value| value.is_string());
    let Some(place) = chosen(&texts, at) else {
        return;
    };
    let old = document
        .pointer(place)
        .and_then(Value::as_str)
        .unwrap_or_default();
    let part = name(by);
    let new = match how % 3 {
        0 => part,
        1 => format!("{old}{part}"),
        _ => format!("{part} {old}"),
    };
    put(document, Some(place), json!(new));
}

fn set(document: &mut Value, at: usize, what: usize, _: usize) {
    let objects = filtered(document, |_, value| value.is_object());
    let setting = choice("settings", what);
    if let (Some(place), Some(key)) = (chosen(&objects, at), setting[0].as_str()) {
        document.pointer_mut(place).unwrap()[key] = setting[1].clone();
    }
}

fn add_enum_value(document: &mut Value, at: usize, value: usize, _: usize) {
    let enums = filtered(document, |_, value| value.get("enum").is_some());
    let Some(schema) = chosen(&enums, at).and_then(|it| document.pointer_mut(it)) else {
        return;
    };
    if let Some(values) = schema["enum"].as_array_mut() {
        values.push(json!(name(value)));
    }
    let descriptions = &mut schema["x-enum-descriptions"];
    if descriptions.is_object() {
        descriptions[name(value)] = json!("What it means.");
    }
}

fn add_property(document: &mut Value, at: usize, key: usize, kind: usize) {
    let objects = filtered(document, |_, value| value["properties"].is_object());
    if let Some(place) = chosen(&objects, at) {
        document.pointer_mut(place).unwrap()["properties"][name(key)] = schema(kind);
    }
}

fn replace_schema(document: &mut Value, at: usize, kind: usize, _: usize) {
    let schemas = filtered(document, |place, _| is_schema(place));
    put(document, chosen(&schemas, at), schema(kind));
}

/// Renames something everywhere: as a key, in references and in paths.
fn rename_name(document: &mut Value, at: usize, to: usize, _: usize) {
    let names = names(document);
    if let Some(from) = chosen(&names, at) {
        rename_everywhere(document, from, &name(to));
    }
}

/// Returns the JSON pointers of some values.
fn filtered(document: &Value, accepts: impl Fn(&str, &Value) -> bool) -> Vec<String> {
    let places = places(document).into_iter();
    places
        .filter(|place| document.pointer(place).is_some_and(|it| accepts(place, it)))
        .collect()
}

fn is_schema(place: &str) -> bool {
    let parts: Vec<&str> = place.rsplit('/').collect();
    matches!(parts[0], "schema" | "items" | "additionalProperties")
        || matches!(parts.get(1), Some(&("properties" | "schemas" | "allOf")))
}

fn chosen(places: &[String], choice: usize) -> Option<&String> {
    places.get(choice % places.len().max(1))
}

/// Returns the JSON pointers of all values but the whole.
fn places(document: &Value) -> Vec<String> {
    fn collect(value: &Value, pointer: &str, into: &mut Vec<String>) {
        let mut visit = |key: &str, part: &Value| {
            // Examples are data, which the generator does not look at.
            if matches!(key, "example" | "examples" | "x-observed") {
                return;
            }
            let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            collect(part, &pointer, into);
            into.push(pointer);
        };
        match value {
            Value::Object(entries) => entries.iter().for_each(|(key, part)| visit(key, part)),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(index, part)| visit(&index.to_string(), part));
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    collect(document, "", &mut places);
    places
}

fn put(document: &mut Value, place: Option<&String>, value: Value) {
    if let Some(old) = place.and_then(|place| document.pointer_mut(place)) {
        *old = value;
    }
}

/// Returns the value around another, and the key in it.
fn holder<'a>(document: &'a mut Value, place: &str) -> Option<(&'a mut Value, String)> {
    let (holder, key) = place.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    Some((document.pointer_mut(holder)?, key))
}

fn take(document: &mut Value, at: usize) -> Option<Value> {
    let places = places(document);
    let (holder, key) = holder(document, chosen(&places, at)?)?;
    match holder {
        Value::Object(entries) => entries.shift_remove(&key),
        Value::Array(items) => Some(items.remove(key.parse().ok()?)),
        _ => None,
    }
}

fn rename_key(document: &mut Value, at: usize, to: &str) {
    let places = places(document);
    let Some((Value::Object(entries), key)) =
        chosen(&places, at).and_then(|place| holder(document, place))
    else {
        return;
    };
    *entries = std::mem::take(entries)
        .into_iter()
        .map(|(known, value)| {
            if known == key {
                (to.to_owned(), value)
            } else {
                (known, value)
            }
        })
        .collect();
}

fn duplicate(document: &mut Value, at: usize, to: &str) {
    let places = places(document);
    match chosen(&places, at).and_then(|place| holder(document, place)) {
        Some((Value::Object(entries), key)) => {
            if let Some(value) = entries.get(&key).cloned() {
                entries.insert(to.to_owned(), value);
            }
        }
        Some((Value::Array(items), key)) => {
            let value = key
                .parse()
                .ok()
                .and_then(|index: usize| items.get(index).cloned());
            items.extend(value);
        }
        _ => {}
    }
}

fn swap(document: &mut Value, one: usize, other: usize) {
    let places = places(document);
    let (Some(one), Some(other)) = (chosen(&places, one), chosen(&places, other)) else {
        return;
    };
    let inside = |a: &str, b: &str| a.starts_with(&format!("{b}/"));
    if one == other || inside(one, other) || inside(other, one) {
        return;
    }
    let (Some(first), Some(second)) = (document.pointer(one), document.pointer(other)) else {
        return;
    };
    let (first, second) = (first.clone(), second.clone());
    put(document, Some(one), second);
    put(document, Some(other), first);
}

/// Returns the names that a fragment chooses: of components, properties, parameters and operations.
fn names(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for place in places(document) {
        let parts: Vec<&str> = place.rsplit('/').collect();
        match parts[..] {
            [
                name,
                "properties" | "schemas" | "parameters" | "responses",
                ..,
            ] if !name.starts_with(|c: char| c.is_ascii_digit()) => {
                names.push(name.to_owned());
            }
            ["name" | "operationId", ..] => {
                let text = document.pointer(&place).and_then(Value::as_str);
                names.extend(text.map(str::to_owned));
            }
            _ => {}
        }
    }
    names
}

fn rename_everywhere(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::String(text) => *text = renamed(text, from, to),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|it| rename_everywhere(it, from, to)),
        Value::Object(entries) => {
            let mut renamed_entries = Map::new();
            for (key, mut part) in std::mem::take(entries) {
                rename_everywhere(&mut part, from, to);
                let key = if key == from {
                    to.to_owned()
                } else {
                    renamed(&key, from, to)
                };
                renamed_entries.insert(key, part);
            }
            *entries = renamed_entries;
        }
        _ => {}
    }
}

/// Replaces a name in a reference or a path template.
fn renamed(text: &str, from: &str, to: &str) -> String {
    if let Some(place) = text.strip_suffix(&format!("/{from}"))
        && text.starts_with("#/components/")
    {
        return format!("{place}/{to}");
    }
    text.replace(&format!("{{{from}}}"), &format!("{{{to}}}"))
}

/// Makes one edit of a text.
pub(super) fn text(text: &str, which: usize, at: usize, by: usize) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.push(String::new());
    let count = lines.len();
    let character = choice("characters", by);
    let character = character.as_str().unwrap();
    match which % 8 {
        0 => drop(lines.remove(at % count)),
        1 => {
            let line = lines[at % count].clone();
            lines.insert(by % count, line);
        }
        2 => lines.swap(at % count, by % count),
        3 => {
            let line = &mut lines[at % count];
            let indent = line.len() - line.trim_start().len();
            match by % 8 {
                by @ ..4 => line.insert_str(0, &" ".repeat(by + 1)),
                by => drop(line.drain(..indent.min(by - 3))),
            }
        }
        4 => return splice(text, at, 1, ""),
        5 => return splice(text, at, 0, character),
        6 => return splice(text, at, 1, character),
        _ => return text.chars().take(at % (text.len() + 1)).collect(),
    }
    lines.join("\n")
}

/// Replaces some characters of a text.
fn splice(text: &str, at: usize, length: usize, by: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = at % (characters.len() + 1);
    let rest = characters.len().min(at + length);
    let before: String = characters[..at].iter().collect();
    let after: String = characters[rest..].iter().collect();
    before + by + &after
}
