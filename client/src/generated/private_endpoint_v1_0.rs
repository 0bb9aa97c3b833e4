// Generated from spec/private-endpoint-v1.0.yaml, with SHA-256
// e7f5e7231154b342132fe1a31bedd786a245759c0ead24bedee8471c7ac6740d,
// by `cargo xtask generate`. Do not edit it: change the fragment or the generator.

use crate::{Client, Error};
/// Every operation of the API.
pub mod operations {
    use crate::{Method, Operation};
    /// `listPrivateEndpointConnections`: List the private endpoint connections of a project.
    pub static LIST_PRIVATE_ENDPOINT_CONNECTIONS: Operation = Operation {
        id: "listPrivateEndpointConnections",
        method: Method::GET,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint",
        idempotent: true,
        accept: "application/json",
        content_type: None,
        summary: "List the private endpoint connections of a project.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// `createPrivateEndpointConnection`: Create a private endpoint connection in a region.
    pub static CREATE_PRIVATE_ENDPOINT_CONNECTION: Operation = Operation {
        id: "createPrivateEndpointConnection",
        method: Method::POST,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint",
        idempotent: false,
        accept: "application/json",
        content_type: Some("application/json"),
        summary: "Create a private endpoint connection in a region.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// `getPrivateEndpointConnection`: Get one private endpoint connection.
    pub static GET_PRIVATE_ENDPOINT_CONNECTION: Operation = Operation {
        id: "getPrivateEndpointConnection",
        method: Method::GET,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint/{privateLinkId}",
        idempotent: true,
        accept: "application/json",
        content_type: None,
        summary: "Get one private endpoint connection.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// `deletePrivateEndpointConnection`: Delete a private endpoint connection.
    pub static DELETE_PRIVATE_ENDPOINT_CONNECTION: Operation = Operation {
        id: "deletePrivateEndpointConnection",
        method: Method::DELETE,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint/{privateLinkId}",
        idempotent: true,
        accept: "application/json",
        content_type: None,
        summary: "Delete a private endpoint connection.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// `addInterfaceEndpoint`: Add an interface endpoint to a private endpoint connection.
    pub static ADD_INTERFACE_ENDPOINT: Operation = Operation {
        id: "addInterfaceEndpoint",
        method: Method::POST,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint/{privateLinkId}/interfaceEndpoints",
        idempotent: false,
        accept: "application/json",
        content_type: Some("application/json"),
        summary: "Add an interface endpoint to a private endpoint connection.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// `getInterfaceEndpoint`: Get one interface endpoint of a private endpoint connection.
    pub static GET_INTERFACE_ENDPOINT: Operation = Operation {
        id: "getInterfaceEndpoint",
        method: Method::GET,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint/{privateLinkId}/interfaceEndpoints/{interfaceEndpointId}",
        idempotent: true,
        accept: "application/json",
        content_type: None,
        summary: "Get one interface endpoint of a private endpoint connection.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// `deleteInterfaceEndpoint`: Delete an interface endpoint from a private endpoint connection.
    pub static DELETE_INTERFACE_ENDPOINT: Operation = Operation {
        id: "deleteInterfaceEndpoint",
        method: Method::DELETE,
        base_path: "/api/atlas/v1.0",
        path: "/groups/{groupId}/privateEndpoint/{privateLinkId}/interfaceEndpoints/{interfaceEndpointId}",
        idempotent: true,
        accept: "application/json",
        content_type: None,
        summary: "Delete an interface endpoint from a private endpoint connection.",
        roles: &["Organization Owner", "Project Owner"],
    };
    /// All operations, in the order of the fragment.
    pub static ALL: &[&Operation] = &[
        &LIST_PRIVATE_ENDPOINT_CONNECTIONS,
        &CREATE_PRIVATE_ENDPOINT_CONNECTION,
        &GET_PRIVATE_ENDPOINT_CONNECTION,
        &DELETE_PRIVATE_ENDPOINT_CONNECTION,
        &ADD_INTERFACE_ENDPOINT,
        &GET_INTERFACE_ENDPOINT,
        &DELETE_INTERFACE_ENDPOINT,
    ];
}
/// Types of parameters, request bodies and responses.
pub mod types {
    /// The interface endpoint to add.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub struct AddInterfaceEndpoint {
        /// The id that AWS gave to an interface endpoint, `vpce-` and then letters and digits.
        #[serde(rename = "interfaceEndpointId")]
        pub interface_endpoint_id: crate::InterfaceEndpointId,
    }
    impl AddInterfaceEndpoint {
        /// Returns a request with its required fields, and the others at their defaults.
        pub fn new(interface_endpoint_id: crate::InterfaceEndpointId) -> Self {
            Self { interface_endpoint_id }
        }
    }
    /// The body of an error response. Proxies and load balancers in front of Atlas respond with
    /// HTML, plain text or nothing instead, and the 401 with the digest challenge may have any
    /// body.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        Eq,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct ApiError {
        /// The error message, a sentence.
        pub detail: ::std::option::Option<::std::string::String>,
        /// The HTTP status code.
        pub error: ::std::option::Option<i32>,
        /// The kind of the error, as a constant that a program can compare.
        #[serde(rename = "errorCode")]
        pub error_code: ::std::option::Option<ErrorCode>,
        /// The values that the message refers to. Any JSON.
        pub parameters: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
        /// The reason phrase of the HTTP status.
        pub reason: ::std::option::Option<::std::string::String>,
    }
    /// The cloud provider and the region of a new private endpoint connection.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub struct CreatePrivateEndpointConnection {
        /// The cloud provider. This version of the API supports one.
        #[serde(rename = "providerName")]
        pub provider_name: Provider,
        /// An AWS region, by its AWS name. MongoDB's list has grown since its reference was written, so
        /// a region that is not listed here can be requested; Atlas returns `INVALID_REGION` when it
        /// does not support it.
        pub region: Region,
    }
    impl CreatePrivateEndpointConnection {
        /// Returns a request with its required fields, and the others at their defaults.
        pub fn new(provider_name: Provider, region: Region) -> Self {
            Self { provider_name, region }
        }
    }
    /// The kind of the error, as a constant that a program can compare.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum ErrorCode {
        /// `PRIVATELINK_NOT_FOUND`: The project has no private endpoint connection with this id.
        PrivatelinkNotFound,
        /// `PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND`: The connection has no interface endpoint with
        /// this id.
        PrivatelinkInterfaceEndpointNotFound,
        /// `PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED`: The id is not `vpce-` followed by letters and
        /// digits.
        PrivatelinkInterfaceEndpointIdMalformed,
        /// `PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION`: The project has a connection in
        /// this region already; the limit is one.
        PrivatelinkEndpointServiceAlreadyExistsForRegion,
        /// `PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS`: The interface endpoint was added before.
        PrivatelinkInterfaceEndpointAlreadyExists,
        /// `PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS`: The connection is not ready for interface endpoints;
        /// it is `INITIATING`, `DELETING` or `FAILED`.
        PrivatelinkCannotAcceptEndpoints,
        /// `CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS`: The connection has interface endpoints. Delete
        /// them first, and wait until they no longer exist.
        CannotDeletePrivatelinkWithEndpoints,
        /// `PRIVATELINK_INCOMPATIBLE_TOO_MANY_NODES`: The project has more nodes in this region than a
        /// private endpoint connection can address.
        PrivatelinkIncompatibleTooManyNodes,
        /// `CLUSTER_INCOMPATIBLE_WITH_EXISTING_PRIVATELINK`: A cluster of the project is incompatible
        /// with the connection.
        ClusterIncompatibleWithExistingPrivatelink,
        /// `MULTIPLE_PRIVATE_ENDPOINTS_RESTRICTED_TO_SINGLE_REGION`: The project can have private
        /// endpoint connections in one region only.
        MultiplePrivateEndpointsRestrictedToSingleRegion,
        /// `REGION_UNAVAILABLE`: Atlas cannot serve this region now.
        RegionUnavailable,
        /// `INVALID_REGION`: Atlas does not support the region.
        InvalidRegion,
        /// `INVALID_PROVIDER`: Atlas does not support the cloud provider for private endpoints.
        InvalidProvider,
        /// `MALFORMED_JSON`: The request body cannot be parsed as JSON.
        MalformedJson,
        /// `INVALID_JSON`: The request body is JSON, but does not have the expected form.
        InvalidJson,
        /// `INVALID_JSON_ATTRIBUTE`: A field of the request body is unknown or has the wrong type.
        InvalidJsonAttribute,
        /// `INVALID_ATTRIBUTE`: A field of the request body has a value that Atlas does not accept.
        InvalidAttribute,
        /// `MISSING_ATTRIBUTE`: A required field of the request body is missing.
        MissingAttribute,
        /// `MISSING_ATTRIBUTES`: Required fields of the request body are missing.
        MissingAttributes,
        /// `INVALID_PATH_PARAMETER`: A value in the path is invalid.
        InvalidPathParameter,
        /// `INVALID_QUERY_PARAMETER`: A query parameter is unknown or has an invalid value.
        InvalidQueryParameter,
        /// `USER_UNAUTHORIZED`: The API key is wrong, or has no role that allows the operation.
        UserUnauthorized,
        /// `NOT_IN_GROUP`: The API key does not belong to the project.
        NotInGroup,
        /// `USER_CANNOT_ACCESS_GROUP`: The API key has no access to the project.
        UserCannotAccessGroup,
        /// `ACCESS_FORBIDDEN`: The API key does not permit the operation.
        AccessForbidden,
        /// `IP_ADDRESS_NOT_ON_WHITELIST`: The caller's address is not on the access list of the API
        /// key.
        IpAddressNotOnWhitelist,
        /// `RESOURCE_REQUIRES_WHITELIST`: The operation requires an API key with an access list.
        ResourceRequiresWhitelist,
        /// `INVALID_GROUP_ID`: The project id is not 24 hexadecimal digits.
        InvalidGroupId,
        /// `GROUP_NOT_FOUND`: There is no project with this id.
        GroupNotFound,
        /// `RESOURCE_NOT_FOUND`: There is no resource at this path.
        ResourceNotFound,
        /// `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`: Atlas is being upgraded and accepts no changes.
        /// Try again later.
        WritesNotAllowedDuringAppUpgrades,
        /// `RATE_LIMITED`: More than 100 requests in this minute for the project.
        RateLimited,
        /// `UNEXPECTED_ERROR`: An internal error of Atlas.
        UnexpectedError,
        /// A value that this version does not list.
        Unknown(crate::UnknownValue),
    }
    crate::open_enum! {
        ErrorCode, PrivatelinkNotFound("PRIVATELINK_NOT_FOUND"),
        PrivatelinkInterfaceEndpointNotFound("PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND"),
        PrivatelinkInterfaceEndpointIdMalformed("PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED"),
        PrivatelinkEndpointServiceAlreadyExistsForRegion("PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION"),
        PrivatelinkInterfaceEndpointAlreadyExists("PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS"),
        PrivatelinkCannotAcceptEndpoints("PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS"),
        CannotDeletePrivatelinkWithEndpoints("CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS"),
        PrivatelinkIncompatibleTooManyNodes("PRIVATELINK_INCOMPATIBLE_TOO_MANY_NODES"),
        ClusterIncompatibleWithExistingPrivatelink("CLUSTER_INCOMPATIBLE_WITH_EXISTING_PRIVATELINK"),
        MultiplePrivateEndpointsRestrictedToSingleRegion("MULTIPLE_PRIVATE_ENDPOINTS_RESTRICTED_TO_SINGLE_REGION"),
        RegionUnavailable("REGION_UNAVAILABLE"), InvalidRegion("INVALID_REGION"),
        InvalidProvider("INVALID_PROVIDER"), MalformedJson("MALFORMED_JSON"),
        InvalidJson("INVALID_JSON"), InvalidJsonAttribute("INVALID_JSON_ATTRIBUTE"),
        InvalidAttribute("INVALID_ATTRIBUTE"), MissingAttribute("MISSING_ATTRIBUTE"),
        MissingAttributes("MISSING_ATTRIBUTES"),
        InvalidPathParameter("INVALID_PATH_PARAMETER"),
        InvalidQueryParameter("INVALID_QUERY_PARAMETER"),
        UserUnauthorized("USER_UNAUTHORIZED"), NotInGroup("NOT_IN_GROUP"),
        UserCannotAccessGroup("USER_CANNOT_ACCESS_GROUP"),
        AccessForbidden("ACCESS_FORBIDDEN"),
        IpAddressNotOnWhitelist("IP_ADDRESS_NOT_ON_WHITELIST"),
        ResourceRequiresWhitelist("RESOURCE_REQUIRES_WHITELIST"),
        InvalidGroupId("INVALID_GROUP_ID"), GroupNotFound("GROUP_NOT_FOUND"),
        ResourceNotFound("RESOURCE_NOT_FOUND"),
        WritesNotAllowedDuringAppUpgrades("WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"),
        RateLimited("RATE_LIMITED"), UnexpectedError("UNEXPECTED_ERROR")
    }
    /// An interface endpoint of your VPC that was added to a private endpoint connection.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub struct InterfaceEndpoint {
        /// The id that AWS gave to an interface endpoint, `vpce-` and then letters and digits.
        #[serde(rename = "interfaceEndpointId", deserialize_with = "crate::lenient::id")]
        pub interface_endpoint_id: crate::InterfaceEndpointId,
        /// The state of the connection of an interface endpoint.
        #[serde(rename = "connectionStatus")]
        pub connection_status: InterfaceEndpointStatus,
        /// True once the deletion of the interface endpoint was requested.
        #[serde(
            rename = "deleteRequested",
            default,
            deserialize_with = "crate::lenient::or_default"
        )]
        pub delete_requested: bool,
        /// Atlas' error message. Null when there is no error.
        #[serde(rename = "errorMessage")]
        pub error_message: ::std::option::Option<::std::string::String>,
    }
    impl InterfaceEndpoint {
        /// Returns a response with its required fields, and the others without a value, for tests.
        #[cfg(feature = "test-util")]
        pub fn new(
            connection_status: InterfaceEndpointStatus,
            interface_endpoint_id: crate::InterfaceEndpointId,
        ) -> Self {
            Self {
                interface_endpoint_id,
                connection_status,
                delete_requested: ::std::default::Default::default(),
                error_message: ::std::default::Default::default(),
            }
        }
    }
    /// The state of the connection of an interface endpoint.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum InterfaceEndpointStatus {
        /// `NONE`: Atlas' load balancer and endpoint service exist, but AWS has not created the VPC
        /// endpoint yet.
        NotCreated,
        /// `PENDING_ACCEPTANCE`: AWS has the connection request, and Atlas has not accepted it yet.
        PendingAcceptance,
        /// `PENDING`: The connection is being established.
        Pending,
        /// `AVAILABLE`: Connected. The clusters of the project in this region are reachable over
        /// PrivateLink.
        Available,
        /// `REJECTED`: AWS could not establish the connection. See the error message.
        Rejected,
        /// `DELETING`: Atlas is deleting the interface endpoint from the connection.
        Deleting,
        /// A value that this version does not list.
        Unknown(crate::UnknownValue),
    }
    crate::open_enum! {
        InterfaceEndpointStatus, NotCreated("NONE"),
        PendingAcceptance("PENDING_ACCEPTANCE"), Pending("PENDING"),
        Available("AVAILABLE"), Rejected("REJECTED"), Deleting("DELETING")
    }
    /// A private endpoint connection: the network load balancer and VPC endpoint service that Atlas
    /// keeps for a project in one region.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub struct PrivateEndpointConnection {
        /// The id of a private endpoint connection, 24 hexadecimal digits.
        #[serde(deserialize_with = "crate::lenient::id")]
        pub id: crate::PrivateLinkId,
        /// The name of the VPC endpoint service, which AWS requires when you create the interface
        /// endpoint. The only field that contains the region. Null while Atlas is creating the
        /// connection.
        #[serde(rename = "endpointServiceName")]
        pub endpoint_service_name: ::std::option::Option<::std::string::String>,
        /// Atlas' error message. Null when there is no error.
        #[serde(rename = "errorMessage")]
        pub error_message: ::std::option::Option<::std::string::String>,
        /// The interface endpoints that were added to the connection.
        #[serde(
            rename = "interfaceEndpoints",
            default,
            deserialize_with = "crate::lenient::ids"
        )]
        pub interface_endpoints: ::std::vec::Vec<crate::InterfaceEndpointId>,
        /// The state of a private endpoint connection.
        pub status: PrivateEndpointConnectionStatus,
    }
    impl PrivateEndpointConnection {
        /// Returns a response with its required fields, and the others without a value, for tests.
        #[cfg(feature = "test-util")]
        pub fn new(
            id: crate::PrivateLinkId,
            status: PrivateEndpointConnectionStatus,
        ) -> Self {
            Self {
                id,
                endpoint_service_name: ::std::default::Default::default(),
                error_message: ::std::default::Default::default(),
                interface_endpoints: ::std::default::Default::default(),
                status,
            }
        }
    }
    /// The state of a private endpoint connection.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum PrivateEndpointConnectionStatus {
        /// `INITIATING`: Atlas is creating the network load balancer and the VPC endpoint service.
        Initiating,
        /// `WAITING_FOR_USER`: The endpoint service is ready. Create an interface endpoint in AWS, and
        /// add it to the connection.
        WaitingForUser,
        /// `AVAILABLE`: An interface endpoint is connected. Observed in listings; not documented.
        Available,
        /// `FAILED`: A system failure. See the error message.
        Failed,
        /// `DELETING`: Atlas is deleting the connection.
        Deleting,
        /// A value that this version does not list.
        Unknown(crate::UnknownValue),
    }
    crate::open_enum! {
        PrivateEndpointConnectionStatus, Initiating("INITIATING"),
        WaitingForUser("WAITING_FOR_USER"), Available("AVAILABLE"), Failed("FAILED"),
        Deleting("DELETING")
    }
    /// The cloud provider. This version of the API supports one.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum Provider {
        /// `AWS`: Amazon Web Services.
        #[serde(rename = "AWS")]
        Aws,
    }
    impl ::std::fmt::Display for Provider {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Aws => f.write_str("AWS"),
            }
        }
    }
    /// An AWS region, by its AWS name. MongoDB's list has grown since its reference was written, so
    /// a region that is not listed here can be requested; Atlas returns `INVALID_REGION` when it
    /// does not support it.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum Region {
        /// `us-east-1`: N. Virginia.
        UsEast1,
        /// `us-east-2`: Ohio.
        UsEast2,
        /// `us-west-1`: N. California.
        UsWest1,
        /// `us-west-2`: Oregon.
        UsWest2,
        /// `ca-central-1`: Canada (Central).
        CaCentral1,
        /// `sa-east-1`: São Paulo.
        SaEast1,
        /// `eu-north-1`: Stockholm.
        EuNorth1,
        /// `eu-west-1`: Ireland.
        EuWest1,
        /// `eu-west-2`: London.
        EuWest2,
        /// `eu-west-3`: Paris.
        EuWest3,
        /// `eu-central-1`: Frankfurt.
        EuCentral1,
        /// `me-south-1`: Bahrain.
        MeSouth1,
        /// `ap-northeast-1`: Tokyo.
        ApNortheast1,
        /// `ap-northeast-2`: Seoul.
        ApNortheast2,
        /// `ap-south-1`: Mumbai.
        ApSouth1,
        /// `ap-southeast-1`: Singapore.
        ApSoutheast1,
        /// `ap-southeast-2`: Sydney.
        ApSoutheast2,
        /// `ap-east-1`: Hong Kong.
        ApEast1,
        /// A value that this version does not list.
        Unknown(crate::UnknownValue),
    }
    crate::open_enum! {
        Region, UsEast1("us-east-1"), UsEast2("us-east-2"), UsWest1("us-west-1"),
        UsWest2("us-west-2"), CaCentral1("ca-central-1"), SaEast1("sa-east-1"),
        EuNorth1("eu-north-1"), EuWest1("eu-west-1"), EuWest2("eu-west-2"),
        EuWest3("eu-west-3"), EuCentral1("eu-central-1"), MeSouth1("me-south-1"),
        ApNortheast1("ap-northeast-1"), ApNortheast2("ap-northeast-2"),
        ApSouth1("ap-south-1"), ApSoutheast1("ap-southeast-1"),
        ApSoutheast2("ap-southeast-2"), ApEast1("ap-east-1")
    }
}
impl Client {
    /// List the private endpoint connections of a project.
    ///
    /// Returns every private endpoint connection of the project, in all regions, as a plain array:
    /// unlike other lists of Atlas, it has no `results` envelope and no pages.
    ///
    /// Sends `GET /groups/{groupId}/privateEndpoint`. The caller needs the role Organization Owner
    /// or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `INVALID_PATH_PARAMETER`, `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn list_private_endpoint_connections(
        &self,
        group_id: &crate::ProjectId,
    ) -> Result<::std::vec::Vec<types::PrivateEndpointConnection>, Error> {
        self.call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .path("groupId", group_id)
            .fetch_list()
            .await
    }
    /// Create a private endpoint connection in a region.
    ///
    /// Requests a network load balancer and a VPC endpoint service for the project in the region.
    /// The response is immediate, with status `INITIATING`; the service takes minutes, and has its
    /// name once the status is `WAITING_FOR_USER`. A project has at most one connection per region.
    /// When the project has no network container for the provider, Atlas creates one, too.
    ///
    /// Sends `POST /groups/{groupId}/privateEndpoint`. The caller needs the role Organization Owner
    /// or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `INVALID_REGION`, `INVALID_PROVIDER`, `MALFORMED_JSON`, `INVALID_JSON`,
    ///   `INVALID_JSON_ATTRIBUTE`, `INVALID_ATTRIBUTE`, `MISSING_ATTRIBUTE`, `MISSING_ATTRIBUTES`,
    ///   `INVALID_PATH_PARAMETER`, `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 405: `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`
    /// - 409: `PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION`,
    ///   `PRIVATELINK_INCOMPATIBLE_TOO_MANY_NODES`,
    ///   `CLUSTER_INCOMPATIBLE_WITH_EXISTING_PRIVATELINK`,
    ///   `MULTIPLE_PRIVATE_ENDPOINTS_RESTRICTED_TO_SINGLE_REGION`, `REGION_UNAVAILABLE`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn create_private_endpoint_connection(
        &self,
        group_id: &crate::ProjectId,
        body: &types::CreatePrivateEndpointConnection,
    ) -> Result<types::PrivateEndpointConnection, Error> {
        self.call(&operations::CREATE_PRIVATE_ENDPOINT_CONNECTION)
            .path("groupId", group_id)
            .json(body)
            .fetch()
            .await
    }
    /// Get one private endpoint connection.
    ///
    /// Returns the connection with its current status. While Atlas is creating it, it has no
    /// endpoint service name.
    ///
    /// Sends `GET /groups/{groupId}/privateEndpoint/{privateLinkId}`. The caller needs the role
    /// Organization Owner or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    /// - `privateLinkId`: The private endpoint connection.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `INVALID_PATH_PARAMETER`, `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `PRIVATELINK_NOT_FOUND`, `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn get_private_endpoint_connection(
        &self,
        group_id: &crate::ProjectId,
        private_link_id: &crate::PrivateLinkId,
    ) -> Result<types::PrivateEndpointConnection, Error> {
        self.call(&operations::GET_PRIVATE_ENDPOINT_CONNECTION)
            .path("groupId", group_id)
            .path("privateLinkId", private_link_id)
            .fetch()
            .await
    }
    /// Delete a private endpoint connection.
    ///
    /// Requests the deletion of the connection, its load balancer and endpoint service. It stays,
    /// with status `DELETING`, until that is done; then it is not found. Atlas refuses while the
    /// connection has interface endpoints: delete those first, and wait until they no longer exist.
    ///
    /// Sends `DELETE /groups/{groupId}/privateEndpoint/{privateLinkId}`. The caller needs the role
    /// Organization Owner or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    /// - `privateLinkId`: The private endpoint connection.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `INVALID_PATH_PARAMETER`, `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `PRIVATELINK_NOT_FOUND`, `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 405: `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`
    /// - 409: `CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn delete_private_endpoint_connection(
        &self,
        group_id: &crate::ProjectId,
        private_link_id: &crate::PrivateLinkId,
    ) -> Result<(), Error> {
        self.call(&operations::DELETE_PRIVATE_ENDPOINT_CONNECTION)
            .path("groupId", group_id)
            .path("privateLinkId", private_link_id)
            .send()
            .await
    }
    /// Add an interface endpoint to a private endpoint connection.
    ///
    /// Registers with Atlas an interface endpoint that you created in AWS for the connection's
    /// endpoint service; Atlas then accepts its connection request. The private endpoint connection
    /// must be ready (`WAITING_FOR_USER` or `AVAILABLE`). When adding one fails, delete the
    /// interface endpoint and add a new one.
    ///
    /// Sends `POST /groups/{groupId}/privateEndpoint/{privateLinkId}/interfaceEndpoints`. The
    /// caller needs the role Organization Owner or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    /// - `privateLinkId`: The private endpoint connection.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `MALFORMED_JSON`, `INVALID_JSON`, `INVALID_JSON_ATTRIBUTE`, `INVALID_ATTRIBUTE`,
    ///   `MISSING_ATTRIBUTE`, `MISSING_ATTRIBUTES`, `INVALID_PATH_PARAMETER`,
    ///   `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED`, `PRIVATELINK_NOT_FOUND`,
    ///   `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 405: `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`
    /// - 409: `PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS`,
    ///   `PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn add_interface_endpoint(
        &self,
        group_id: &crate::ProjectId,
        private_link_id: &crate::PrivateLinkId,
        body: &types::AddInterfaceEndpoint,
    ) -> Result<types::InterfaceEndpoint, Error> {
        self.call(&operations::ADD_INTERFACE_ENDPOINT)
            .path("groupId", group_id)
            .path("privateLinkId", private_link_id)
            .json(body)
            .fetch()
            .await
    }
    /// Get one interface endpoint of a private endpoint connection.
    ///
    /// Returns the interface endpoint as Atlas sees it, with the status of its connection.
    ///
    /// Sends `GET
    /// /groups/{groupId}/privateEndpoint/{privateLinkId}/interfaceEndpoints/{interfaceEndpointId}`.
    /// The caller needs the role Organization Owner or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    /// - `privateLinkId`: The private endpoint connection.
    /// - `interfaceEndpointId`: The interface endpoint.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `INVALID_PATH_PARAMETER`, `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND`,
    ///   `PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED`, `PRIVATELINK_NOT_FOUND`,
    ///   `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn get_interface_endpoint(
        &self,
        group_id: &crate::ProjectId,
        private_link_id: &crate::PrivateLinkId,
        interface_endpoint_id: &crate::InterfaceEndpointId,
    ) -> Result<types::InterfaceEndpoint, Error> {
        self.call(&operations::GET_INTERFACE_ENDPOINT)
            .path("groupId", group_id)
            .path("privateLinkId", private_link_id)
            .path("interfaceEndpointId", interface_endpoint_id)
            .fetch()
            .await
    }
    /// Delete an interface endpoint from a private endpoint connection.
    ///
    /// Requests the disconnection of the interface endpoint. It stays, with status `DELETING`,
    /// until that is done; then it is not found. The interface endpoint in your AWS account is not
    /// touched.
    ///
    /// Sends `DELETE
    /// /groups/{groupId}/privateEndpoint/{privateLinkId}/interfaceEndpoints/{interfaceEndpointId}`.
    /// The caller needs the role Organization Owner or Project Owner.
    ///
    /// # Parameters
    ///
    /// - `groupId`: The project. Atlas' paths call a project a group.
    /// - `privateLinkId`: The private endpoint connection.
    /// - `interfaceEndpointId`: The interface endpoint.
    ///
    /// # Errors
    ///
    /// [`Error`], by status with the codes that the API documents:
    ///
    /// - 400: `INVALID_PATH_PARAMETER`, `INVALID_QUERY_PARAMETER`
    /// - 401: `USER_UNAUTHORIZED`, `NOT_IN_GROUP`, `USER_CANNOT_ACCESS_GROUP`
    /// - 403: `ACCESS_FORBIDDEN`, `IP_ADDRESS_NOT_ON_WHITELIST`, `RESOURCE_REQUIRES_WHITELIST`
    /// - 404: `PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND`,
    ///   `PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED`, `PRIVATELINK_NOT_FOUND`,
    ///   `INVALID_GROUP_ID`, `GROUP_NOT_FOUND`, `RESOURCE_NOT_FOUND`
    /// - 405: `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`
    /// - 429: `RATE_LIMITED`
    /// - 5XX: `UNEXPECTED_ERROR`
    pub async fn delete_interface_endpoint(
        &self,
        group_id: &crate::ProjectId,
        private_link_id: &crate::PrivateLinkId,
        interface_endpoint_id: &crate::InterfaceEndpointId,
    ) -> Result<(), Error> {
        self.call(&operations::DELETE_INTERFACE_ENDPOINT)
            .path("groupId", group_id)
            .path("privateLinkId", private_link_id)
            .path("interfaceEndpointId", interface_endpoint_id)
            .send()
            .await
    }
}
