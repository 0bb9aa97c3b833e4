//! Rewriting, on a method as progenitor emits it.

use serde_json::{Value, json};
use syn::visit_mut::{self, VisitMut};

use super::*;
use crate::document::MAY_ANSWER_NOTHING;

fn document() -> Value {
    json!({"paths": {"/a/{aId}": {"put": {
        "operationId": "putThing",
        "summary": "Put a thing.",
        "parameters": [
            {"name": "aId", "in": "path"},
            {"name": "q", "in": "query"},
            {"name": "x-h", "in": "header"},
            {"name": "x-r", "in": "header"},
        ],
        "responses": {"200": {}, "404": {"x-error-codes": ["GONE"]}},
    }}}})
}

fn progenitor() -> File {
    parse_quote! {
        impl Client {
            pub async fn put_thing<'a>(
                &'a self,
                a_id: &'a crate::Id,
                q: Option<&'a str>,
                x_h: Option<&'a str>,
                x_r: &'a str,
                body: &'a types::Thing,
            ) -> Result<ResponseValue<::std::vec::Vec<types::Thing>>, Error<types::Failure>> {
                let url = format!("{}/a/{}", self.baseurl, encode_path(&a_id.to_string()),);
                let mut header_map = ::reqwest::header::HeaderMap::with_capacity(3usize);
                header_map.append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(Self::api_version()),
                );
                if let Some(value) = x_h {
                    header_map.append("x-h", value.to_string().try_into()?);
                }
                header_map.append("x-r", x_r.to_string().try_into()?);
                #[allow(unused_mut)]
                let mut request = self
                    .client
                    .put(url)
                    .header(
                        ::reqwest::header::ACCEPT,
                        ::reqwest::header::HeaderValue::from_static("application/json"),
                    )
                    .json(&body)
                    .query(&progenitor_client::QueryParam::new("q", &q))
                    .headers(header_map)
                    .build()?;
                let info = OperationInfo { operation_id: "put_thing", };
                self.pre(&mut request, &info).await?;
                let result = self.exec(request, &info).await;
                self.post(&result, &info).await?;
                let response = result?;
                match response.status().as_u16() {
                    200u16 => ResponseValue::from_response(response).await,
                    _ => Err(Error::UnexpectedResponse(response)),
                }
            }
        }
    }
}

fn run(file: &File, document: &Value) -> Outcome<Methods> {
    rewrite(file, Document(document))
}

#[test]
fn a_method_becomes_a_call_of_the_transport() {
    let methods = run(&progenitor(), &document()).unwrap();
    let ImplItem::Fn(method) = &methods.block.items[0] else {
        panic!("no method");
    };
    let block = &method.block;
    let expected = quote! {{
        self.call(&operations::PUT_THING)
            .path("aId", a_id)
            .header("x-h", x_h)
            .header("x-r", Some(x_r))
            .json(body)
            .query("q", q)
            .fetch()
            .await
    }};
    assert_eq!(quote!(#block).to_string(), expected.to_string());
    let signature = &method.sig;
    let expected = quote! {
        async fn put_thing(
            &self, a_id: &crate::Id, q: Option<&str>, x_h: Option<&str>, x_r: &str, body: &types::Thing
        ) -> Result<::std::vec::Vec<types::Thing>, Error>
    };
    assert_eq!(quote!(#signature).to_string(), expected.to_string());
    assert_eq!(
        methods.answers,
        BTreeSet::from(["Thing".into(), "Failure".into()])
    );
    assert_eq!(methods.requests, BTreeSet::from(["Thing".into()]));
}

#[test]
fn an_empty_object_becomes_nothing() {
    let mut document = document();
    document["components"]["schemas"]["Thing"] =
        json!({"type": "object", "additionalProperties": false});
    let file = replace_success(parse_quote! { types::Thing });
    let methods = run(&file, &document).unwrap();
    assert_eq!(methods.answers, BTreeSet::from(["Failure".into()]));
    let block = &methods.block;
    assert!(quote!(#block).to_string().contains(". send ()"));
}

#[test]
fn a_query_parameter_of_several_values_is_repeated() {
    let mut document = document();
    document["paths"]["/a/{aId}"]["put"]["parameters"][1]["schema"] = json!({"type": "array"});
    let methods = run(&progenitor(), &document).unwrap();
    let block = &methods.block;
    let expected = quote! { .query("q", q.into_iter().flat_map(|it| it.iter())) };
    let code = quote!(#block).to_string();
    assert!(code.contains(&expected.to_string()), "{code}");
}

#[test]
fn what_may_have_no_body_becomes_an_option() {
    let mut document = document();
    document["paths"]["/a/{aId}"]["put"][MAY_ANSWER_NOTHING] = json!(true);
    let methods = run(&progenitor(), &document).unwrap();
    let block = &methods.block;
    let code = quote!(#block).to_string();
    assert!(code.contains(". fetch_optional ()"), "{code}");
    let expected = quote! { -> Result<Option<::std::vec::Vec<types::Thing> >, Error> };
    assert!(code.contains(&expected.to_string()), "{code}");
}

fn replace_success(success: syn::Type) -> File {
    struct Replace(syn::Type);
    impl VisitMut for Replace {
        fn visit_return_type_mut(&mut self, output: &mut syn::ReturnType) {
            let success = &self.0;
            *output = parse_quote! { -> Result<ResponseValue<#success>, Error<types::Failure>> };
        }
    }
    let mut file = progenitor();
    Replace(success).visit_file_mut(&mut file);
    file
}

/// Replaces one expression or statement of progenitor's method by another.
fn with(change: impl FnMut(&mut Vec<syn::Stmt>)) -> File {
    struct Change<F>(F);
    impl<F: FnMut(&mut Vec<syn::Stmt>)> VisitMut for Change<F> {
        fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
            (self.0)(&mut method.block.stmts);
            visit_mut::visit_impl_item_fn_mut(self, method);
        }
    }
    let mut file = progenitor();
    Change(change).visit_file_mut(&mut file);
    file
}

#[test]
fn a_statement_of_another_form_is_refused() {
    let count = {
        let mut count = 0;
        with(|statements| count = statements.len());
        count
    };
    for index in 0..count {
        // The statements on progenitor's own header are dropped, whatever they are.
        if matches!(index, 1 | 2) {
            continue;
        }
        let changed = with(|statements| statements[index] = parse_quote! { surprise(); });
        assert!(run(&changed, &document()).is_err(), "statement {index}");
        let shorter = with(|statements| drop(statements.remove(index)));
        assert!(run(&shorter, &document()).is_err(), "statement {index}");
    }
    let longer = with(|statements| statements.insert(3, parse_quote! { header_map.clear(); }));
    assert!(run(&longer, &document()).is_err());
}

#[test]
fn code_and_description_must_agree() {
    type Change = fn(&mut Value);
    let changes: [Change; 5] = [
        |operation| operation["operationId"] = json!("putOther"),
        |operation| drop(operation["parameters"].as_array_mut().unwrap().remove(1)),
        |operation| operation["parameters"][1]["name"] = json!("p"),
        |operation| operation["parameters"][2]["in"] = json!("query"),
        |operation| operation["parameters"][0]["name"] = json!("bId"),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut document = document();
        change(&mut document["paths"]["/a/{aId}"]["put"]);
        assert!(run(&progenitor(), &document).is_err(), "change {index}");
    }
    let mut moved = document();
    let item = moved["paths"]["/a/{aId}"].clone();
    moved["paths"] = json!({"/b/{aId}": item});
    assert!(run(&progenitor(), &moved).is_err());
    let mut posted = document();
    let operation = posted["paths"]["/a/{aId}"]["put"].clone();
    posted["paths"]["/a/{aId}"] = json!({"post": operation});
    assert!(run(&progenitor(), &posted).is_err());
}

#[test]
fn values_of_the_path_must_stand_in_their_own_places() {
    let mut document = document();
    let item = document["paths"]["/a/{aId}"].clone();
    document["paths"] = json!({"/a/{bId}": item});
    document["paths"]["/a/{bId}"]["put"]["parameters"][0]["name"] = json!("bId");
    let refused = run(&progenitor(), &document).err();
    assert_eq!(
        refused,
        Some(super::super::Mismatch {
            message: "putThing puts a_id where bId goes in its path".to_owned(),
            pointer: "/paths/~1a~1{bId}/put".to_owned(),
        })
    );
}

#[test]
fn a_method_that_nobody_decided_to_drop_is_refused() {
    let mut file = progenitor();
    file.items
        .push(parse_quote! { impl Client { pub fn put_thing_stream(&self) {} } });
    assert!(run(&file, &document()).is_err());
    let mut file = progenitor();
    file.items
        .push(parse_quote! { impl Client { pub fn new_with_client() -> Self {} } });
    assert!(run(&file, &document()).is_ok());
}
