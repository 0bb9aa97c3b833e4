//! Random actions on a sandbox and on a model of it, which counts seconds instead of comparing moments.

use std::collections::BTreeMap;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_pe_sandbox::testing::UNKNOWN_ID;
use atlas_pe_sandbox::{
    ConnectionSnapshot, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PROJECT_ID, Durations,
    PinnedStatus, Sandbox, Seed, testing,
};
use proptest::collection::vec;
use proptest::prelude::*;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::client;

const REGIONS: [&str; 3] = ["us-east-1", "us-east-2", "eu-west-1"];
const VPCES: [&str; 3] = ["vpce-1", "vpce-2", "vpce_3"];
const STATUSES: [&str; 6] = [
    "INITIATING",
    "WAITING_FOR_USER",
    "AVAILABLE",
    "FAILED",
    "DELETING",
    "NEW",
];

const CREATE: u64 = 3;
const ACCEPT: u64 = 2;
const CONNECT: u64 = 4;
const DELETE_ENDPOINT: u64 = 1;
const DELETE_CONNECTION: u64 = 5;

const SEED: &str = r#"{
    "projects": [{
        "id": "5a4db0c55a4db0c55a4db0c5",
        "connections": [{
            "region": "eu-west-1",
            "interfaceEndpoints": [{ "id": "vpce-1", "status": "PENDING" }]
        }]
    }]
}"#;

/// A connection is selected by its number, modulo the number of all that were ever seen.
#[derive(Clone, Debug)]
enum Action {
    Request(Request, Lost),
    PinConnection(usize, usize),
    PinEndpoint(usize, usize, usize),
    Accept(usize, usize),
    Wait(u64),
    Reset,
}

#[derive(Clone, Debug)]
enum Request {
    List,
    Create(usize),
    Get(usize),
    Delete(usize),
    Add(usize, usize),
    GetEndpoint(usize, usize),
    Remove(usize, usize),
}

/// Whether a fault affects a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lost {
    Nothing,
    Request,
    Response,
}

fn request() -> impl Strategy<Value = Request> {
    let (id, vpce) = (0..8_usize, 0..VPCES.len());
    prop_oneof![
        1 => Just(Request::List),
        3 => (0..REGIONS.len()).prop_map(Request::Create),
        1 => id.clone().prop_map(Request::Get),
        3 => id.clone().prop_map(Request::Delete),
        4 => (id.clone(), vpce.clone()).prop_map(|(id, vpce)| Request::Add(id, vpce)),
        1 => (id.clone(), vpce.clone()).prop_map(|(id, vpce)| Request::GetEndpoint(id, vpce)),
        3 => (id, vpce).prop_map(|(id, vpce)| Request::Remove(id, vpce)),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let (id, vpce, status) = (0..8_usize, 0..VPCES.len(), 0..STATUSES.len());
    let lost =
        prop_oneof![8 => Just(Lost::Nothing), 1 => Just(Lost::Request), 1 => Just(Lost::Response)];
    prop_oneof![
        16 => (request(), lost).prop_map(|(request, lost)| Action::Request(request, lost)),
        1 => (id.clone(), status.clone()).prop_map(|(id, it)| Action::PinConnection(id, it)),
        1 => (id.clone(), vpce.clone(), status)
            .prop_map(|(id, vpce, it)| Action::PinEndpoint(id, vpce, it)),
        1 => (id, vpce).prop_map(|(id, vpce)| Action::Accept(id, vpce)),
        8 => (0..5_u64).prop_map(Action::Wait),
        1 => Just(Action::Reset),
    ]
}

/// What a resource does. A number is the seconds that are left.
#[derive(Clone, Debug)]
enum Phase {
    Creating(u64),
    Accepting(u64),
    Connecting(u64),
    Done,
    Deleting(u64),
    Pinned(&'static str),
}

impl Phase {
    /// Lets a second pass, and returns false at the end of a deletion.
    fn tick(&mut self) -> bool {
        *self = match self.clone() {
            Self::Creating(1) | Self::Connecting(1) => Self::Done,
            Self::Accepting(1) => Self::Connecting(CONNECT),
            Self::Deleting(1) => return false,
            Self::Creating(left) => Self::Creating(left - 1),
            Self::Accepting(left) => Self::Accepting(left - 1),
            Self::Connecting(left) => Self::Connecting(left - 1),
            Self::Deleting(left) => Self::Deleting(left - 1),
            other => other,
        };
        true
    }

    fn is_deleting(&self) -> bool {
        matches!(self, Self::Deleting(_))
    }
}

#[derive(Clone, Debug)]
struct Endpoint {
    id: &'static str,
    phase: Phase,
    /// Whether it was connected when its deletion began.
    was_connected: bool,
}

impl Endpoint {
    fn status(&self) -> &'static str {
        match self.phase {
            Phase::Accepting(_) => "PENDING_ACCEPTANCE",
            Phase::Connecting(_) => "PENDING",
            Phase::Deleting(_) => "DELETING",
            Phase::Pinned(status) => status,
            Phase::Creating(_) | Phase::Done => "AVAILABLE",
        }
    }

    fn is_connected(&self) -> bool {
        match self.phase {
            Phase::Deleting(_) => self.was_connected,
            _ => self.status() == "AVAILABLE",
        }
    }
}

#[derive(Clone, Debug)]
struct Connection {
    /// Known when the sandbox has been looked at.
    id: String,
    region: &'static str,
    phase: Phase,
    has_service: bool,
    endpoints: Vec<Endpoint>,
}

impl Connection {
    fn status(&self) -> &'static str {
        match self.phase {
            Phase::Creating(_) => "INITIATING",
            Phase::Deleting(_) => "DELETING",
            Phase::Pinned(status) => status,
            _ if self.endpoints.iter().any(Endpoint::is_connected) => "AVAILABLE",
            _ => "WAITING_FOR_USER",
        }
    }

    fn is_ready(&self) -> bool {
        ["WAITING_FOR_USER", "AVAILABLE"].contains(&self.status())
    }

    fn shows_service(&self) -> bool {
        match self.phase {
            Phase::Pinned("INITIATING") => false,
            Phase::Pinned(_) => self.has_service || self.is_ready(),
            _ => self.has_service,
        }
    }

    fn tick(&mut self) -> bool {
        self.endpoints.retain_mut(|it| it.phase.tick());
        let exists = self.phase.tick();
        self.has_service |= matches!(self.phase, Phase::Done);
        exists
    }

    fn endpoint(&mut self, vpce: &str) -> Result<&mut Endpoint, &'static str> {
        let mut endpoints = self.endpoints.iter_mut();
        let found = endpoints.find(|it| it.id == vpce);
        found.ok_or("PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND")
    }
}

struct Model {
    connections: Vec<Connection>,
    /// All that were ever seen.
    ids: Vec<String>,
}

impl Model {
    fn seeded() -> Vec<Connection> {
        vec![Connection {
            id: String::new(),
            region: "eu-west-1",
            phase: Phase::Done,
            has_service: true,
            endpoints: vec![Endpoint {
                id: "vpce-1",
                phase: Phase::Connecting(CONNECT),
                was_connected: false,
            }],
        }]
    }

    fn id(&self, number: usize) -> String {
        let index = number.checked_rem(self.ids.len());
        index.map_or(UNKNOWN_ID, |it| &self.ids[it]).to_owned()
    }

    fn connection(&mut self, number: usize) -> Result<&mut Connection, &'static str> {
        let id = self.id(number);
        let mut connections = self.connections.iter_mut();
        let found = connections.find(|it| it.id == id);
        found.ok_or("PRIVATELINK_NOT_FOUND")
    }

    fn endpoint(&mut self, number: usize, vpce: usize) -> Result<&mut Endpoint, &'static str> {
        check_vpce(vpce)?;
        self.connection(number)?.endpoint(VPCES[vpce])
    }

    /// Executes a request, and returns the code of its error.
    fn execute(&mut self, request: &Request) -> Result<(), &'static str> {
        match *request {
            Request::List => {}
            Request::Create(region) => {
                let region = REGIONS[region];
                if self.connections.iter().any(|it| it.region == region) {
                    return Err("PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION");
                }
                self.connections.push(Connection {
                    id: String::new(),
                    region,
                    phase: Phase::Creating(CREATE),
                    has_service: false,
                    endpoints: Vec::new(),
                });
            }
            Request::Get(id) => drop(self.connection(id)?),
            Request::Delete(id) => {
                let connection = self.connection(id)?;
                if !connection.endpoints.is_empty() {
                    return Err("CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS");
                }
                if !connection.phase.is_deleting() {
                    connection.has_service = connection.shows_service();
                    connection.phase = Phase::Deleting(DELETE_CONNECTION);
                }
            }
            Request::Add(id, vpce) => {
                check_vpce(vpce)?;
                let connection = self.connection(id)?;
                if !connection.is_ready() {
                    return Err("PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS");
                }
                if connection.endpoint(VPCES[vpce]).is_ok() {
                    return Err("PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS");
                }
                connection.endpoints.push(Endpoint {
                    id: VPCES[vpce],
                    phase: Phase::Accepting(ACCEPT),
                    was_connected: false,
                });
            }
            Request::GetEndpoint(id, vpce) => drop(self.endpoint(id, vpce)?),
            Request::Remove(id, vpce) => {
                let endpoint = self.endpoint(id, vpce)?;
                if !endpoint.phase.is_deleting() {
                    endpoint.was_connected = endpoint.is_connected();
                    endpoint.phase = Phase::Deleting(DELETE_ENDPOINT);
                }
            }
        }
        Ok(())
    }
}

fn check_vpce(vpce: usize) -> Result<(), &'static str> {
    if VPCES[vpce] == "vpce_3" {
        return Err("PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED");
    }
    Ok(())
}

/// A sandbox, a client with a token, and the model.
struct Pair<'a> {
    sandbox: Sandbox,
    client: &'a Client,
    runtime: &'a Runtime,
    token: String,
    model: Model,
}

impl<'a> Pair<'a> {
    fn start(client: &'a Client, runtime: &'a Runtime) -> Self {
        let seconds = Duration::from_secs;
        let seed = Seed::from_json(SEED).expect("the seed is valid");
        let builder = testing::builder().seed(seed).durations(Durations {
            create_connection: seconds(CREATE),
            accept_interface_endpoint: seconds(ACCEPT),
            connect_interface_endpoint: seconds(CONNECT),
            delete_interface_endpoint: seconds(DELETE_ENDPOINT),
            delete_connection: seconds(DELETE_CONNECTION),
        });
        let sandbox = builder.start().expect("the sandbox starts");
        let request = client.post(format!("{}/api/oauth/token", sandbox.origin()));
        let request = request.basic_auth(DEFAULT_CLIENT_ID, Some(DEFAULT_CLIENT_SECRET));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let request = request.body("grant_type=client_credentials");
        let body = runtime.block_on(async { request.send().await?.text().await });
        let body: Value = serde_json::from_str(&body.expect("it responds")).expect("it is JSON");
        let token = body["access_token"].as_str().expect("there is a token");
        Self {
            sandbox,
            client,
            runtime,
            token: token.to_owned(),
            model: Model {
                connections: Model::seeded(),
                ids: Vec::new(),
            },
        }
    }

    fn perform(&mut self, action: &Action) -> Result<(), TestCaseError> {
        let sandbox = &self.sandbox;
        let project = sandbox.project_id();
        match *action {
            Action::Request(ref request, lost) => self.request(request, lost)?,
            Action::PinConnection(id, status) => {
                let (id, status) = (self.model.id(id), STATUSES[status]);
                let pinned = sandbox.set_connection_status(project, &id, pin(status));
                let found = self.model.connections.iter_mut().find(|it| it.id == id);
                prop_assert_eq!(pinned.is_ok(), found.is_some());
                if let Some(found) = found {
                    found.phase = Phase::Pinned(status);
                }
            }
            Action::PinEndpoint(id, vpce, status) => {
                let (text, status) = (self.model.id(id), STATUSES[status]);
                let pinned =
                    sandbox.set_interface_endpoint_status(project, &text, VPCES[vpce], pin(status));
                let found = self.model.endpoint(id, vpce);
                prop_assert_eq!(pinned.is_ok(), found.is_ok());
                if let Ok(found) = found {
                    found.phase = Phase::Pinned(status);
                }
            }
            Action::Accept(id, vpce) => {
                let text = self.model.id(id);
                let accepted = sandbox.accept_interface_endpoint(project, &text, VPCES[vpce]);
                let found = self.model.endpoint(id, vpce);
                prop_assert_eq!(accepted.is_ok(), found.is_ok());
                if let Ok(found) = found
                    && !found.phase.is_deleting()
                    && !found.is_connected()
                {
                    found.phase = Phase::Connecting(CONNECT);
                }
            }
            Action::Wait(seconds) => {
                sandbox.advance(Duration::from_secs(seconds));
                for _ in 0..seconds {
                    self.model.connections.retain_mut(Connection::tick);
                }
            }
            Action::Reset => {
                sandbox.reset().expect("nothing has to be saved");
                self.model.connections = Model::seeded();
            }
        }
        self.check()
    }

    fn request(&mut self, request: &Request, lost: Lost) -> Result<(), TestCaseError> {
        let effect = match lost {
            Lost::Nothing => None,
            Lost::Request => Some(CannedResponse::html_502().into()),
            Lost::Response => Some(Effect::ResetAfterHandling),
        };
        if let Some(effect) = effect {
            self.sandbox.inject(Fault::on_any().effect(effect));
        }
        let response = self.send(request);
        self.sandbox.clear_faults();
        let expected = match lost {
            Lost::Request => Ok(()),
            _ => self.model.execute(request),
        };
        match (lost, response) {
            (Lost::Nothing, Some((status, body))) => {
                prop_assert_eq!(body["errorCode"].as_str(), expected.err());
                prop_assert_eq!((200..300).contains(&status), expected.is_ok());
                self.check_body(request, &body)?;
            }
            (Lost::Request, Some((502, _))) | (Lost::Response, None) => {}
            (lost, response) => prop_assert!(false, "{lost:?} {response:?}"),
        }
        Ok(())
    }

    /// Returns status and body, or `None` when the connection was reset.
    fn send(&self, request: &Request) -> Option<(u16, Value)> {
        let id = |number: &usize| self.model.id(*number);
        let endpoint =
            |number, vpce: &usize| format!("/{}/interfaceEndpoints/{}", id(number), VPCES[*vpce]);
        let (method, end, body) = match request {
            Request::List => (Method::GET, String::new(), None),
            Request::Create(region) => {
                let body = json!({ "providerName": "AWS", "region": REGIONS[*region] });
                (Method::POST, String::new(), Some(body))
            }
            Request::Get(it) => (Method::GET, format!("/{}", id(it)), None),
            Request::Delete(it) => (Method::DELETE, format!("/{}", id(it)), None),
            Request::Add(it, vpce) => {
                let body = json!({ "interfaceEndpointId": VPCES[*vpce] });
                (
                    Method::POST,
                    format!("/{}/interfaceEndpoints", id(it)),
                    Some(body),
                )
            }
            Request::GetEndpoint(it, vpce) => (Method::GET, endpoint(it, vpce), None),
            Request::Remove(it, vpce) => (Method::DELETE, endpoint(it, vpce), None),
        };
        let origin = self.sandbox.origin();
        let url =
            format!("{origin}/api/atlas/v1.0/groups/{DEFAULT_PROJECT_ID}/privateEndpoint{end}");
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.body(body.to_string());
            request = request.header("Content-Type", "application/json");
        }
        self.runtime.block_on(async {
            let response = request.send().await.ok()?;
            let status = response.status().as_u16();
            let text = response.text().await.ok()?;
            Some((status, serde_json::from_str(&text).unwrap_or_default()))
        })
    }

    /// Compares a body without an error with the model.
    fn check_body(&mut self, request: &Request, body: &Value) -> Result<(), TestCaseError> {
        match *request {
            Request::List => {
                let listed = body.as_array().into_iter().flatten();
                let statuses: Vec<_> = listed.map(|it| it["status"].as_str()).collect();
                let expected = self.model.connections.iter();
                let expected: Vec<_> = expected.map(|it| Some(it.status())).collect();
                prop_assert_eq!(statuses, expected);
            }
            Request::Get(id) => {
                if let Ok(expected) = self.model.connection(id) {
                    prop_assert_eq!(body["status"].as_str(), Some(expected.status()));
                    prop_assert_eq!(
                        body["endpointServiceName"].is_string(),
                        expected.shows_service()
                    );
                }
            }
            Request::GetEndpoint(id, vpce) => {
                if let Ok(expected) = self.model.endpoint(id, vpce) {
                    prop_assert_eq!(body["connectionStatus"].as_str(), Some(expected.status()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Compares all resources, and learns the ids of new ones.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let found = self.sandbox.connections(DEFAULT_PROJECT_ID);
        prop_assert_eq!(found.len(), self.model.connections.len());
        for (found, expected) in found.iter().zip(&mut self.model.connections) {
            if expected.id.is_empty() {
                prop_assert!(
                    !self.model.ids.contains(&found.id),
                    "no id is assigned again"
                );
                expected.id.clone_from(&found.id);
                self.model.ids.push(found.id.clone());
            }
            check_connection(found, expected)?;
        }
        self.check_history(&found)
    }

    /// Checks that the history leads to the current state.
    fn check_history(&self, found: &[ConnectionSnapshot]) -> Result<(), TestCaseError> {
        let history = self.sandbox.history(DEFAULT_PROJECT_ID);
        prop_assert!(history.is_sorted_by_key(|it| it.time));
        let mut last = BTreeMap::new();
        for change in history {
            let resource = (change.connection, change.interface_endpoint);
            let status = (change.status, change.error_message);
            let before = last.insert(resource, status.clone());
            prop_assert_ne!(before, Some(status));
        }
        last.retain(|_, (status, _)| status.is_some());
        let mut current = BTreeMap::new();
        for connection in found {
            let status = (
                Some(connection.status.clone()),
                connection.error_message.clone(),
            );
            current.insert((connection.id.clone(), None), status);
            for endpoint in &connection.interface_endpoints {
                let resource = (connection.id.clone(), Some(endpoint.id.clone()));
                let status = (
                    Some(endpoint.status.clone()),
                    endpoint.error_message.clone(),
                );
                current.insert(resource, status);
            }
        }
        prop_assert_eq!(last, current);
        Ok(())
    }
}

fn pin(status: &str) -> PinnedStatus {
    PinnedStatus::new(status).with_error(format!("{status} by request"))
}

fn check_connection(
    found: &ConnectionSnapshot,
    expected: &Connection,
) -> Result<(), TestCaseError> {
    let error = |phase: &Phase| match phase {
        Phase::Pinned(status) => Some(format!("{status} by request")),
        _ => None,
    };
    prop_assert_eq!(&found.id, &expected.id);
    prop_assert_eq!(&found.region, expected.region);
    prop_assert_eq!(&found.status, expected.status());
    prop_assert_eq!(&found.error_message, &error(&expected.phase));
    prop_assert_eq!(
        found.endpoint_service_name.is_some(),
        expected.shows_service()
    );
    prop_assert_eq!(found.interface_endpoints.len(), expected.endpoints.len());
    for (found, expected) in found.interface_endpoints.iter().zip(&expected.endpoints) {
        prop_assert_eq!(&found.id, expected.id);
        prop_assert_eq!(&found.status, expected.status());
        prop_assert_eq!(found.delete_requested, expected.phase.is_deleting());
        prop_assert_eq!(&found.error_message, &error(&expected.phase));
    }
    Ok(())
}

#[test]
fn sandbox_agrees_with_a_model_of_it() {
    let client = client();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime can be built");
    let config = ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(actions in vec(action(), 0..60))| {
        let mut pair = Pair::start(&client, &runtime);
        for action in &actions {
            pair.perform(action)?;
        }
    });
}
