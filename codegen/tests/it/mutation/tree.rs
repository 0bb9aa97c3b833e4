//! Edits of a description as a tree.

use serde_json::{Map, Value, json};

use super::choices::{NAMES, interesting, name, schema, setting};

/// One edit. Its numbers choose among what there is to choose from at that time.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// Removes a value.
    Remove(usize),
    /// Gives a key another name.
    RenameKey(usize, usize),
    /// Gives a name another form wherever it stands: as a key, in references, in paths.
    RenameEverywhere(usize, usize),
    /// Puts a copy of a value beside it, under another key.
    Duplicate(usize, usize),
    /// Puts a copy of a value in the place of another.
    Copy(usize, usize),
    /// Lets two values change places.
    Swap(usize, usize),
    /// Puts another value in the place of one.
    Replace(usize, usize),
    /// Puts another value in the place of a text, which may be part of it.
    ReplaceText(usize, usize),
    /// Sets a keyword of an object to a value that OpenAPI knows.
    Set(usize, usize),
    /// Adds a value to an enum, and describes it.
    AddEnumValue(usize, usize),
    /// Adds a property to a schema.
    AddProperty(usize, usize, usize),
    /// Puts one of several schemas in the place of another.
    ReplaceSchema(usize, usize),
}

/// Makes one edit; nothing where there is nothing of its kind.
pub(crate) fn edit(document: &mut Value, edit: &Edit) {
    match *edit {
        Edit::Remove(at) => drop(take(document, at)),
        Edit::RenameKey(at, to) => rename_key(document, at, name(to)),
        Edit::RenameEverywhere(at, to) => {
            let names = names(document);
            if let Some(from) = chosen(&names, at) {
                rename_everywhere(document, from, name(to));
            }
        }
        Edit::Duplicate(at, to) => duplicate(document, at, name(to)),
        Edit::Copy(from, to) => {
            let places = places(document);
            if let Some(value) = chosen(&places, from)
                .and_then(|it| document.pointer(it))
                .cloned()
            {
                put(document, chosen(&places, to), value);
            }
        }
        Edit::Swap(one, other) => swap(document, one, other),
        Edit::Replace(at, by) => {
            let places = places(document);
            put(document, chosen(&places, at), interesting(by));
        }
        Edit::ReplaceText(at, by) => {
            let places: Vec<String> = places(document)
                .into_iter()
                .filter(|place| document.pointer(place).is_some_and(Value::is_string))
                .collect();
            let Some(place) = chosen(&places, at) else {
                return;
            };
            let old = document
                .pointer(place)
                .and_then(Value::as_str)
                .unwrap_or_default();
            let part = name(by);
            let new = match by / NAMES.len() % 3 {
                0 => part.to_owned(),
                1 => format!("{old}{part}"),
                _ => format!("{part} {old}"),
            };
            put(document, Some(place), json!(new));
        }
        Edit::Set(at, what) => set(document, at, what),
        Edit::AddEnumValue(at, value) => add_enum_value(document, at, name(value)),
        Edit::AddProperty(at, key, kind) => {
            let places = with_key(document, "properties");
            let Some(place) = chosen(&places, at) else {
                return;
            };
            let mut property = schema(kind);
            describe(&mut property);
            document.pointer_mut(place).unwrap()["properties"][name(key)] = property;
        }
        Edit::ReplaceSchema(at, kind) => {
            let places: Vec<String> = places(document)
                .into_iter()
                .filter(|place| is_schema(place))
                .collect();
            let mut schema = schema(kind);
            describe(&mut schema);
            put(document, chosen(&places, at), schema);
        }
    }
}

fn describe(schema: &mut Value) {
    if schema.get("$ref").is_none() {
        schema["description"] = json!("What it is.");
    }
}

fn is_schema(place: &str) -> bool {
    let parts: Vec<&str> = place.rsplit('/').collect();
    matches!(parts[0], "schema" | "items" | "additionalProperties")
        || matches!(parts.get(1), Some(&("properties" | "schemas" | "allOf")))
}

fn chosen(places: &[String], choice: usize) -> Option<&String> {
    places.get(choice % places.len().max(1))
}

/// The pointers of all values but the whole.
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

/// The pointers of the objects that have a key.
fn with_key(document: &Value, key: &str) -> Vec<String> {
    let places = places(document).into_iter();
    places
        .filter(|place| {
            document
                .pointer(place)
                .is_some_and(|value| value.get(key).is_some())
        })
        .collect()
}

fn put(document: &mut Value, place: Option<&String>, value: Value) {
    if let Some(old) = place.and_then(|place| document.pointer_mut(place)) {
        *old = value;
    }
}

/// What holds a place, and its key there.
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

/// The names that a description chooses: of components, properties, parameters and operations.
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

/// A reference or a path template with the other name in it.
fn renamed(text: &str, from: &str, to: &str) -> String {
    if let Some(place) = text.strip_suffix(&format!("/{from}"))
        && text.starts_with("#/components/")
    {
        return format!("{place}/{to}");
    }
    text.replace(&format!("{{{from}}}"), &format!("{{{to}}}"))
}

fn set(document: &mut Value, at: usize, what: usize) {
    let objects: Vec<String> = places(document)
        .into_iter()
        .filter(|place| document.pointer(place).is_some_and(Value::is_object))
        .collect();
    let (key, value) = setting(what);
    if let Some(place) = chosen(&objects, at) {
        document.pointer_mut(place).unwrap()[key] = value;
    }
}

fn add_enum_value(document: &mut Value, at: usize, value: &str) {
    let places = with_key(document, "enum");
    let Some(schema) = chosen(&places, at).and_then(|place| document.pointer_mut(place)) else {
        return;
    };
    if let Some(values) = schema["enum"].as_array_mut() {
        values.push(json!(value));
    }
    let descriptions = &mut schema["x-enum-descriptions"];
    if descriptions.is_object() {
        descriptions[value] = json!("What it means.");
    }
}
