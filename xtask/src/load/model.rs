//! What a client knows about its project from the responses, compared with what the sandbox lists.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::client::{Connection, Reply};
use crate::Failure;

const REGIONS: &[&str] = &["us-east-1", "us-west-2", "eu-west-1", "ap-south-1"];

/// The number of interface endpoints that a client adds to a connection, so that the state does not grow.
const MAX_ENDPOINTS: usize = 3;

/// How long the last deletions may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn project_id(number: usize) -> String {
    format!("{:024x}", number + 1)
}

/// A project that one client changes.
pub(super) struct Project {
    id: String,
    /// By region; without an entry there is none.
    connections: BTreeMap<&'static str, Known<PrivateEndpoint>>,
    next_endpoint: u64,
}

struct PrivateEndpoint {
    id: String,
    interface_endpoints: BTreeMap<String, Known<()>>,
}

/// A resource, as far as the client knows.
enum Known<T> {
    Exists(T),
    /// A deletion was accepted, and ends at some time.
    Deleting,
    /// A response was lost, and the list has to tell.
    Unknown,
}

impl Project {
    pub(super) fn new(number: usize) -> Self {
        Self {
            id: project_id(number),
            connections: BTreeMap::new(),
            next_endpoint: 0,
        }
    }

    fn path(&self, end: &str) -> String {
        format!("/groups/{}/privateEndpoint{end}", self.id)
    }

    /// Sends one random request and compares its response with what is known.
    pub(super) fn work(
        &mut self,
        connection: &mut Connection,
        random: &mut StdRng,
    ) -> Result<(), Failure> {
        let region = REGIONS[random.random_range(..REGIONS.len())];
        let uncertain = self.connections.values().any(|it| match it {
            Known::Exists(known) => {
                let mut endpoints = known.interface_endpoints.values();
                endpoints.any(|it| matches!(it, Known::Unknown))
            }
            Known::Unknown => true,
            Known::Deleting => false,
        });
        match random.random_range(..10_u8) {
            _ if uncertain => self.list(connection).map(|_| ()),
            0..=2 => self.list(connection).map(|_| ()),
            3 | 4 => self.create(connection, region),
            5 => self.describe(connection, region),
            6 => self.add(connection, region),
            7 => self.describe_interface_endpoint(connection, region),
            8 => self.delete_interface_endpoint(connection, region),
            _ => self.delete(connection, region),
        }
    }

    fn create(&mut self, connection: &mut Connection, region: &'static str) -> Result<(), Failure> {
        let body = json!({ "providerName": "AWS", "region": region }).to_string();
        let Some(reply) = connection.send("POST", &self.path(""), &body)? else {
            if !matches!(self.connections.get(region), Some(Known::Exists(_))) {
                self.connections.insert(region, Known::Unknown);
            }
            return Ok(());
        };
        match (reply.status, self.connections.get(region)) {
            (201, None | Some(Known::Deleting)) => {
                let created = PrivateEndpoint {
                    id: id(&reply.body)?,
                    interface_endpoints: BTreeMap::new(),
                };
                self.connections.insert(region, Known::Exists(created));
                Ok(())
            }
            (409, Some(_)) => Ok(()),
            _ => Err(unexpected("create", region, &reply)),
        }
    }

    fn describe(&mut self, connection: &mut Connection, region: &str) -> Result<(), Failure> {
        let Some(Known::Exists(known)) = self.connections.get(region) else {
            return Ok(());
        };
        let path = self.path(&format!("/{}", known.id));
        match connection.send("GET", &path, "")? {
            Some(reply) if reply.status != 200 || reply.body["id"] != known.id.as_str() => {
                Err(unexpected("describe", region, &reply))
            }
            _ => Ok(()),
        }
    }

    fn delete(&mut self, connection: &mut Connection, region: &'static str) -> Result<(), Failure> {
        let Some(Known::Exists(known)) = self.connections.get(region) else {
            return Ok(());
        };
        let path = self.path(&format!("/{}", known.id));
        let is_used = !known.interface_endpoints.is_empty();
        let mut was_lost = false;
        loop {
            match connection.send("DELETE", &path, "")? {
                Some(reply) if reply.status == 409 && is_used => return Ok(()),
                Some(reply) if reply.status == 200 || reply.status == 404 && was_lost => {
                    self.connections.insert(region, Known::Deleting);
                    return Ok(());
                }
                Some(reply) => return Err(unexpected("delete", region, &reply)),
                // Only a repetition tells whether the deletion began.
                None => was_lost = true,
            }
        }
    }

    fn add(&mut self, connection: &mut Connection, region: &str) -> Result<(), Failure> {
        self.next_endpoint += 1;
        let endpoint = format!("vpce-{:017x}", self.next_endpoint);
        let Some(Known::Exists(known)) = self.connections.get_mut(region) else {
            return Ok(());
        };
        if known.interface_endpoints.len() == MAX_ENDPOINTS {
            return self.delete_interface_endpoint(connection, region);
        }
        let path = format!(
            "/groups/{}/privateEndpoint/{}/interfaceEndpoints",
            self.id, known.id
        );
        let body = json!({ "interfaceEndpointId": endpoint }).to_string();
        match connection.send("POST", &path, &body)? {
            Some(reply) if reply.status == 201 => {
                known
                    .interface_endpoints
                    .insert(endpoint, Known::Exists(()));
            }
            // It is not ready, or has failed.
            Some(reply) if reply.status == 409 => {}
            Some(reply) => return Err(unexpected("add", region, &reply)),
            None => {
                known.interface_endpoints.insert(endpoint, Known::Unknown);
            }
        }
        Ok(())
    }

    fn describe_interface_endpoint(
        &mut self,
        connection: &mut Connection,
        region: &str,
    ) -> Result<(), Failure> {
        let Some((path, endpoint, _)) = self.interface_endpoint(region) else {
            return Ok(());
        };
        match connection.send("GET", &path, "")? {
            Some(reply)
                if reply.status != 200
                    || reply.body["interfaceEndpointId"] != endpoint.as_str() =>
            {
                Err(unexpected("describe", &endpoint, &reply))
            }
            _ => Ok(()),
        }
    }

    fn delete_interface_endpoint(
        &mut self,
        connection: &mut Connection,
        region: &str,
    ) -> Result<(), Failure> {
        let Some((path, endpoint, known)) = self.interface_endpoint(region) else {
            return Ok(());
        };
        let mut was_lost = false;
        loop {
            match connection.send("DELETE", &path, "")? {
                Some(reply) if reply.status == 200 || reply.status == 404 && was_lost => {
                    *known = Known::Deleting;
                    return Ok(());
                }
                Some(reply) => return Err(unexpected("delete", &endpoint, &reply)),
                // Only a repetition tells whether the deletion began.
                None => was_lost = true,
            }
        }
    }

    /// Returns path, id and state of an interface endpoint that exists.
    fn interface_endpoint(&mut self, region: &str) -> Option<(String, String, &mut Known<()>)> {
        let Known::Exists(known) = self.connections.get_mut(region)? else {
            return None;
        };
        let mut endpoints = known.interface_endpoints.iter_mut();
        let (endpoint, state) = endpoints.find(|(_, it)| matches!(it, Known::Exists(())))?;
        let path = format!(
            "/groups/{}/privateEndpoint/{}/interfaceEndpoints/{endpoint}",
            self.id, known.id
        );
        Some((path, endpoint.clone(), state))
    }

    /// Compares a list with what is known, and learns from it. Returns false when the response was lost.
    pub(super) fn list(&mut self, connection: &mut Connection) -> Result<bool, Failure> {
        let Some(reply) = connection.send("GET", &self.path(""), "")? else {
            return Ok(false);
        };
        let listed = reply.body.as_array().filter(|_| reply.status == 200);
        let listed = listed.ok_or_else(|| unexpected("list", &self.id, &reply))?;
        let mut left: BTreeMap<String, &Value> = BTreeMap::new();
        for item in listed {
            if left.insert(id(item)?, item).is_some() {
                return Err(unexpected("doubled connection", &self.id, &reply));
            }
        }
        for known in self.connections.values_mut() {
            if let Known::Exists(known) = known {
                let found = left.remove(&known.id);
                let found =
                    found.ok_or_else(|| unexpected("lost connection", &known.id, &reply))?;
                known
                    .compare(found)
                    .map_err(|lost| unexpected(&lost, &known.id, &reply))?;
            }
        }
        // Connections of which the client was not told, and those that are being deleted.
        let all_have_regions = left.values().all(|it| region(it).is_some());
        let mut unknown = self.connections.iter();
        let unknown =
            unknown.find_map(|(region, it)| matches!(it, Known::Unknown).then_some(*region));
        for item in left.values() {
            let is_deleting = item["status"] == "DELETING";
            // A new connection has no region yet, and there is only one whose response was lost.
            let Some(region) = region(item).or(unknown.filter(|_| !is_deleting)) else {
                continue;
            };
            match self.connections.get(region) {
                Some(Known::Unknown) if !is_deleting => {
                    let mut found = PrivateEndpoint {
                        id: id(item)?,
                        interface_endpoints: BTreeMap::new(),
                    };
                    found.learn(item);
                    self.connections.insert(region, Known::Exists(found));
                }
                Some(Known::Unknown | Known::Deleting) => {}
                _ => return Err(unexpected("doubled connection", region, &reply)),
            }
        }
        if all_have_regions {
            let remaining: BTreeSet<&str> = left.values().filter_map(|it| region(it)).collect();
            self.connections.retain(|region, known| match known {
                Known::Exists(_) => true,
                Known::Deleting | Known::Unknown => remaining.contains(region),
            });
        }
        Ok(true)
    }

    /// Waits until every deletion has ended and compares the final state. Returns the numbers of connections
    /// and of their interface endpoints.
    pub(super) fn verify(&mut self, address: &str) -> Result<(usize, usize), Failure> {
        let mut connection = Connection::new(address);
        let start = Instant::now();
        loop {
            let is_settled = self.list(&mut connection)?
                && self.connections.values().all(|known| match known {
                    Known::Exists(known) => {
                        let mut endpoints = known.interface_endpoints.values();
                        endpoints.all(|it| matches!(it, Known::Exists(())))
                    }
                    Known::Deleting | Known::Unknown => false,
                });
            if is_settled {
                let endpoints = self.connections.values().map(|known| match known {
                    Known::Exists(known) => known.interface_endpoints.len(),
                    Known::Deleting | Known::Unknown => 0,
                });
                return Ok((self.connections.len(), endpoints.sum()));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("project {} does not settle", self.id).into());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl PrivateEndpoint {
    /// Returns an error when an interface endpoint is missing or was never added.
    fn compare(&mut self, listed: &Value) -> Result<(), String> {
        let listed = endpoints(listed);
        if let Some(extra) = listed
            .iter()
            .find(|it| !self.interface_endpoints.contains_key(**it))
        {
            return Err(format!("unknown interface endpoint {extra}"));
        }
        let mut lost = None;
        self.interface_endpoints.retain(|id, known| {
            let is_listed = listed.contains(id.as_str());
            match known {
                Known::Exists(()) if !is_listed => lost = Some(id.clone()),
                Known::Unknown if is_listed => *known = Known::Exists(()),
                _ => {}
            }
            is_listed
        });
        lost.map_or(Ok(()), |id| Err(format!("lost interface endpoint {id}")))
    }

    fn learn(&mut self, listed: &Value) {
        for id in endpoints(listed) {
            self.interface_endpoints
                .insert(id.to_owned(), Known::Exists(()));
        }
    }
}

fn endpoints(connection: &Value) -> BTreeSet<&str> {
    let ids = connection["interfaceEndpoints"].as_array();
    ids.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Returns the region of a connection, once it has an endpoint service.
fn region(connection: &Value) -> Option<&'static str> {
    let service = connection["endpointServiceName"].as_str()?;
    let mut regions = REGIONS.iter().copied();
    regions.find(|it| service.contains(it))
}

fn id(connection: &Value) -> Result<String, Failure> {
    let id = connection["id"].as_str();
    Ok(id
        .ok_or_else(|| format!("no id in {connection}"))?
        .to_owned())
}

fn unexpected(what: &str, place: &str, reply: &Reply) -> Failure {
    format!(
        "{what} {place}: unexpected response {}: {}",
        reply.status, reply.body
    )
    .into()
}
