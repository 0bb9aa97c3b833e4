//! What the user does on the side of AWS, as commands to paste into a shell.

use std::fmt::Write as _;

use atlas_private_endpoint::types::PrivateEndpointConnection;

use crate::args::aws::Network;
use crate::output::NextStep;
use crate::render::escaped_line;

/// What stands where only the user knows what to write. Plain words, which no shell takes apart.
const VPC: &str = "VPC_ID";
const SUBNET: &str = "SUBNET_ID";
const INTERFACE_ENDPOINT: &str = "INTERFACE_ENDPOINT_ID";

impl NextStep {
    /// The commands for a connection; `None` while it has no endpoint service.
    pub(crate) fn of(
        connection: &PrivateEndpointConnection,
        network: &Network,
        options: &str,
    ) -> Option<Self> {
        let service = connection.endpoint_service_name.as_deref()?;
        let region = connection.region()?;
        let mut aws = format!(
            "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --region {} --service-name {} --vpc-id {}",
            quoted(region.as_str()),
            quoted(service),
            network.vpc_id.as_deref().unwrap_or(VPC),
        );
        // Writing to a string cannot fail.
        let _ = match &network.subnet_ids[..] {
            [] => write!(aws, " --subnet-ids {SUBNET}"),
            subnets => write!(aws, " --subnet-ids {}", subnets.join(" ")),
        };
        if !network.security_group_ids.is_empty() {
            let groups = network.security_group_ids.join(" ");
            let _ = write!(aws, " --security-group-ids {groups}");
        }
        let id = &connection.id;
        let add = format!("atlas-pe interfaces create {id} {INTERFACE_ENDPOINT} --wait{options}");
        Some(Self { aws, add })
    }
}

/// A text from elsewhere as one word of a shell.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-._/:".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", escaped_line(text).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_stays_one_word() {
        assert_eq!(quoted("us-east-1"), "us-east-1");
        assert_eq!(quoted("$(rm -rf ~)"), "'$(rm -rf ~)'");
        assert_eq!(quoted("it's\n"), r"'it'\''s '");
        assert_eq!(quoted(""), "''");
    }
}
