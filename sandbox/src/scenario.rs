//! Named scenarios: seeds with faults, for rehearsing how a program copes.

use std::fmt;
use std::str::FromStr;

use crate::seed::Seed;

macro_rules! scenarios {
    ($($(#[$attribute:meta])* $variant:ident $name:literal)+) => {
        /// A named scenario: a seed that is laid over the other settings of a sandbox.
        ///
        /// Its faults come after those of the seed. Its connections are added to the first project, except in
        /// regions where that has one. Its other settings replace those of the seed.
        ///
        /// ```
        /// use atlas_pe_sandbox::{Sandbox, Scenario};
        ///
        /// # fn main() -> Result<(), atlas_pe_sandbox::StartError> {
        /// let sandbox = Sandbox::builder().scenario(Scenario::RegionTaken).start()?;
        /// assert_eq!(sandbox.connections(sandbox.project_id())[0].region, "us-east-1");
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Scenario {
            $($(#[$attribute])* $variant,)+
        }

        impl Scenario {
            /// All scenarios.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name, such as `flaky`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            fn json(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("scenario/", $name, ".json")),)+
                }
            }
        }
    };
}

scenarios! {
    /// A part of the requests fails, and a part is slow. Rehearses retries, and the lookup after a creation
    /// whose response was lost.
    Flaky "flaky"
    /// Requests are refused with a 429 and `Retry-After`.
    RateLimited "rate-limited"
    /// Changes are refused during an upgrade, which ends after some attempts.
    UpgradeInProgress "upgrade-in-progress"
    /// The region us-east-1 has a connection of another team, which the first list does not show.
    RegionTaken "region-taken"
    /// Interface endpoints end `REJECTED`, and connections in eu-west-1 `FAILED`.
    RejectsEverything "rejects-everything"
    /// Each request gets a 503 with an HTML page, also one without credentials.
    GatewayDown "gateway-down"
}

impl Scenario {
    /// Returns one line about the scenario.
    pub fn description(self) -> String {
        self.seed().description.unwrap_or_default()
    }

    /// Returns the seed.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the text is embedded, and a test parses each"
    )]
    pub fn seed(self) -> Seed {
        Seed::from_json(self.json()).expect("the seed of a scenario is valid")
    }

    /// Lays the scenario over a seed, which has a project.
    pub(crate) fn lay_over(self, seed: &mut Seed) {
        let scenario = self.seed();
        seed.faults.extend(scenario.faults);
        seed.durations = scenario.durations.or(seed.durations);
        seed.rate_limit = scenario.rate_limit.or(seed.rate_limit);
        if let Some(project) = seed.projects.first_mut() {
            let added = scenario.projects.into_iter().flat_map(|it| it.connections);
            for connection in added {
                let mut existing = project.connections.iter();
                if !existing.any(|it| it.region == connection.region) {
                    project.connections.push(connection);
                }
            }
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No scenario has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScenario(String);

impl fmt::Display for UnknownScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Scenario::ALL.iter().map(|it| it.name()).collect();
        let names = names.join(", ");
        write!(f, "unknown scenario {:?}; expected one of {names}", self.0)
    }
}

impl std::error::Error for UnknownScenario {}

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, UnknownScenario> {
        let mut all = Self::ALL.iter();
        let found = all.find(|it| it.name() == name).copied();
        found.ok_or_else(|| UnknownScenario(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{ConnectionSeed, ProjectSeed};

    #[test]
    fn every_scenario_has_a_valid_seed_and_one_line_about_it() {
        for &scenario in Scenario::ALL {
            assert_eq!(scenario.name().parse(), Ok(scenario));
            let description = scenario.description();
            assert!(!description.is_empty(), "{scenario}");
            assert!(!description.ends_with('.'), "{scenario}: {description}");
            assert!(!scenario.seed().faults.is_empty(), "{scenario}");
        }
        let error = "no".parse::<Scenario>().map_err(|it| it.to_string());
        let expected = "unknown scenario \"no\"; expected one of flaky, rate-limited, ";
        assert!(error.is_err_and(|it| it.starts_with(expected)));
    }

    #[test]
    fn own_connection_of_a_region_is_kept() {
        let own = ConnectionSeed {
            region: "us-east-1".to_owned(),
            id: Some("0".repeat(24)),
            ..ConnectionSeed::default()
        };
        let mut seed = Seed {
            projects: vec![ProjectSeed {
                id: "a".repeat(24),
                connections: vec![own.clone()],
            }],
            rate_limit: Some(7),
            ..Seed::default()
        };
        Scenario::RegionTaken.lay_over(&mut seed);
        assert_eq!(seed.projects[0].connections, [own]);
        assert_eq!(seed.rate_limit, Some(7));
        Scenario::RateLimited.lay_over(&mut seed);
        assert_eq!(seed.rate_limit, Some(100));
        assert_eq!(seed.faults.len(), 3);
    }
}
