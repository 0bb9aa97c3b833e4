//! What only the user knows of their network in AWS.

use std::fmt;

use clap::Args;

/// The place of an interface endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Network {
    /// VPC of the interface endpoint, for the aws command
    #[arg(long, value_name = "VPC", value_parser = |text: &str| id(text, "vpc-"))]
    pub(crate) vpc_id: Option<String>,
    /// Subnet of the interface endpoint, for the aws command; may be given again
    #[arg(long = "subnet-id", value_name = "SUBNET", value_parser = |text: &str| id(text, "subnet-"))]
    pub(crate) subnet_ids: Vec<String>,
    /// Security group of the interface endpoint, for the aws command; may be given again
    #[arg(long = "security-group-id", value_name = "GROUP", value_parser = |text: &str| id(text, "sg-"))]
    pub(crate) security_group_ids: Vec<String>,
}

/// As options, each with a space before it.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = [
            ("--vpc-id", self.vpc_id.as_slice()),
            ("--subnet-id", &self.subnet_ids),
            ("--security-group-id", &self.security_group_ids),
        ];
        for (name, ids) in options {
            for id in ids {
                write!(f, " {name} {id}")?;
            }
        }
        Ok(())
    }
}

/// Takes what can be such an id, so that a value in the wrong place is noticed here.
fn id(text: &str, prefix: &str) -> Result<String, String> {
    let rest = text.strip_prefix(prefix);
    let good = rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if good {
        return Ok(text.to_owned());
    }
    Err(format!(
        "it should be `{prefix}` and then letters and digits"
    ))
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn ids_are_told_apart() {
        assert_eq!(id("vpc-0a1b", "vpc-").unwrap(), "vpc-0a1b");
        for bad in ["subnet-1", "vpc-", "vpc-1;ls", ""] {
            assert!(id(bad, "vpc-").is_err(), "{bad:?}");
        }
    }
}
