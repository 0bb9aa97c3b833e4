//! The program is killed while it writes its file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use atlas_pe_sandbox::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PROJECT_ID};
use rand::rngs::StdRng;
use rand::seq::IteratorRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::client;

const KILLS: usize = 50;

/// Each has its own worker.
const REGIONS: [&str; 4] = ["us-east-1", "us-east-2", "eu-west-1", "eu-west-2"];

/// The program and a client with a token.
struct Running {
    child: Child,
    api: Api,
}

#[derive(Clone)]
struct Api {
    client: Client,
    origin: String,
    token: String,
}

impl Running {
    async fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_atlas-pe-sandbox"))
            .arg("--instant")
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let line = BufReader::new(stdout).lines().next();
        let line = line.expect("the program serves").expect("it is text");
        let origin = line.split('\'').nth(1).expect("the value is quoted");
        let client = client();
        let request = client.post(format!("{origin}/api/oauth/token"));
        let request = request.basic_auth(DEFAULT_CLIENT_ID, Some(DEFAULT_CLIENT_SECRET));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let response = request.body("grant_type=client_credentials").send().await;
        let body = response.expect("the program responds").bytes().await;
        let body: Value =
            serde_json::from_slice(&body.expect("the body ends")).expect("it is JSON");
        let token = body["access_token"].as_str().expect("there is a token");
        Self {
            child,
            api: Api {
                client,
                origin: origin.to_owned(),
                token: token.to_owned(),
            },
        }
    }

    fn kill(mut self) {
        self.child.kill().expect("the program runs");
        self.child.wait().expect("the program ends");
    }
}

impl Api {
    /// Sends a request, and returns `None` when the program was killed.
    async fn send(&self, method: Method, end: &str, body: Option<Value>) -> Option<Value> {
        let url = format!(
            "{}/api/atlas/v1.0/groups/{DEFAULT_PROJECT_ID}/privateEndpoint{end}",
            self.origin
        );
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.body(body.to_string());
            request = request.header("Content-Type", "application/json");
        }
        let response = request.send().await.ok()?;
        let status = response.status();
        let body = response.bytes().await.ok()?;
        assert!(
            [StatusCode::OK, StatusCode::CREATED].contains(&status),
            "{status} {body:?}"
        );
        Some(serde_json::from_slice(&body).expect("the body is JSON"))
    }

    /// Returns the connections by region.
    async fn connections(&self) -> BTreeMap<String, Connection> {
        let listed = self.send(Method::GET, "", None).await;
        let listed = listed.expect("the program serves");
        let mut connections = BTreeMap::new();
        for json in listed.as_array().expect("it is a list") {
            let text = |name: &str| json[name].as_str().expect("it is text").to_owned();
            assert_eq!(
                text("status") == "AVAILABLE",
                json["interfaceEndpoints"] != json!([])
            );
            let service = text("endpointServiceName");
            let region = service.split('.').nth(3).expect("the name has a region");
            let endpoints = json["interfaceEndpoints"].as_array().expect("it is a list");
            let ids = endpoints
                .iter()
                .map(|it| it.as_str().expect("it is text").to_owned());
            let connection = Connection {
                id: text("id"),
                endpoints: ids.collect(),
            };
            assert_eq!(
                connection.endpoints.len(),
                endpoints.len(),
                "none is doubled"
            );
            let doubled = connections.insert(region.to_owned(), connection);
            assert_eq!(doubled, None, "{region}");
        }
        connections
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Connection {
    id: String,
    endpoints: BTreeSet<String>,
}

#[derive(Clone, Debug)]
enum Write {
    Create,
    Delete,
    Add(String),
    Remove(String),
}

/// One client, which is the only one that changes its region.
struct Worker {
    region: &'static str,
    rng: StdRng,
    added: u64,
    /// The result of all acknowledged writes.
    connection: Option<Connection>,
}

impl Worker {
    /// Writes until the program is killed, and returns the write that was in flight then.
    async fn run(&mut self, api: &Api, acknowledged: &mpsc::UnboundedSender<()>) -> Write {
        loop {
            let write = self.choose();
            let Some(body) = self.send(api, &write).await else {
                return write;
            };
            let id = body["id"].as_str();
            self.connection = apply(&write, self.connection.take(), id);
            let _ = acknowledged.send(());
        }
    }

    fn choose(&mut self) -> Write {
        let Some(connection) = &self.connection else {
            return Write::Create;
        };
        let endpoint = connection.endpoints.iter().choose(&mut self.rng);
        match endpoint {
            None if self.rng.random_ratio(1, 2) => Write::Delete,
            Some(id) if self.rng.random_ratio(1, 2) => Write::Remove(id.clone()),
            _ => {
                self.added += 1;
                let region = self.region.replace('-', "");
                Write::Add(format!("vpce-{region}{}", self.added))
            }
        }
    }

    async fn send(&self, api: &Api, write: &Write) -> Option<Value> {
        let id = self.connection.as_ref().map_or("", |it| &it.id);
        match write {
            Write::Create => {
                let body = json!({ "providerName": "AWS", "region": self.region });
                api.send(Method::POST, "", Some(body)).await
            }
            Write::Delete => api.send(Method::DELETE, &format!("/{id}"), None).await,
            Write::Add(endpoint) => {
                let body = json!({ "interfaceEndpointId": endpoint });
                let end = format!("/{id}/interfaceEndpoints");
                api.send(Method::POST, &end, Some(body)).await
            }
            Write::Remove(endpoint) => {
                let end = format!("/{id}/interfaceEndpoints/{endpoint}");
                api.send(Method::DELETE, &end, None).await
            }
        }
    }
}

/// Returns the connection after a write. A created one has the id of the response.
fn apply(write: &Write, before: Option<Connection>, id: Option<&str>) -> Option<Connection> {
    let mut connection = match (write, before) {
        (Write::Create, None) => Connection {
            id: id?.to_owned(),
            endpoints: BTreeSet::new(),
        },
        (_, before) => before?,
    };
    match write {
        Write::Create => {}
        Write::Delete => return None,
        Write::Add(id) => {
            connection.endpoints.insert(id.clone());
        }
        Write::Remove(id) => {
            connection.endpoints.remove(id);
        }
    }
    Some(connection)
}

#[tokio::test]
async fn killed_program_keeps_every_acknowledged_write() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("data");
    let mut rng = StdRng::seed_from_u64(13);
    let mut workers = REGIONS.map(|region| Worker {
        region,
        rng: StdRng::seed_from_u64(rng.random()),
        added: 0,
        connection: None,
    });
    let (mut written, mut applied) = (0, 0);
    let mut program = Running::start(&path).await;
    for _ in 0..KILLS {
        let api = program.api.clone();
        let (acknowledged, mut received) = mpsc::unbounded_channel();
        let until_kill = rng.random_range(1..40);
        let kill = async {
            for _ in 0..until_kill {
                received.recv().await.expect("a worker runs");
            }
            // The other workers have a write in flight.
            program.kill();
        };
        let [a, b, c, d] = &mut workers;
        let ((), a, b, c, d) = tokio::join!(
            kill,
            a.run(&api, &acknowledged),
            b.run(&api, &acknowledged),
            c.run(&api, &acknowledged),
            d.run(&api, &acknowledged),
        );
        written += until_kill;
        while received.try_recv().is_ok() {
            written += 1;
        }

        program = Running::start(&path).await;
        let mut found = program.api.connections().await;
        for (worker, in_flight) in workers.iter_mut().zip([a, b, c, d]) {
            let found = found.remove(worker.region);
            let id = found.as_ref().map(|it| it.id.as_str());
            let with_write = apply(&in_flight, worker.connection.clone(), id);
            if found != worker.connection {
                assert_eq!(
                    found, with_write,
                    "{in_flight:?} after {:?}",
                    worker.connection
                );
                applied += 1;
            }
            worker.connection = found;
        }
        assert!(found.is_empty(), "{found:?}");
    }
    program.kill();
    let in_flight = KILLS * REGIONS.len();
    println!(
        "{KILLS} kills: {written} acknowledged writes kept; of {in_flight} writes in flight, \
         {applied} are complete and the others left no trace"
    );
}
