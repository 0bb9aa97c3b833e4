use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::auth::ApiKey;

const START: Moment = Moment::from_epoch(Duration::from_secs(1_000_000));
const LIFETIME: Duration = Duration::from_secs(60);
const NONCE: &str = "dcd98b7102dd2f0e8b11d0f600bfb0c093";

const OPAQUE: &str = "5ccc069c403ebaf9f0171e9517f40e41";

fn settings(realm: &str) -> Settings {
    Settings {
        realm: realm.to_owned(),
        nonce_lifetime: LIFETIME,
        nonce_policy: NoncePolicy::AnyCount,
        challenges: vec![Challenge::Digest(Algorithm::Md5)],
        opaque: None,
    }
}

/// Makes a verifier of the keys, which are pairs of public and private key.
fn verifier(settings: Settings, keys: &[(&str, &str)]) -> Verifier {
    let keys = keys.iter().map(|(public, private)| {
        let key = ApiKey::new(*public, *private).principal();
        Arc::new(key.expect("the key is valid"))
    });
    let mut verifier = Verifier::new(settings, keys.collect());
    verifier.store(NONCE.to_owned(), START);
    verifier
}

fn rfc_2617() -> Verifier {
    let settings = Settings {
        opaque: Some(OPAQUE.to_owned()),
        ..settings("testrealm@host.com")
    };
    verifier(settings, &[("Scar", "x"), ("Mufasa", "Circle Of Life")])
}

fn check(verifier: &mut Verifier, authorization: &str, now: Moment) -> Result<(), Refused> {
    let request = Signed {
        authorization: Some(authorization.as_bytes()),
        ..UNSIGNED
    };
    verifier.check(&request, now).map(|_| ())
}

const UNSIGNED: Signed<'_> = Signed {
    method: "GET",
    target: "/dir/index.html",
    authorization: None,
};

const ACCEPTED: Result<(), Refused> = Ok(());
const WRONG: Result<(), Refused> = Err(Refused { stale: false });
const STALE: Result<(), Refused> = Err(Refused { stale: true });

/// The worked example of RFC 2617, section 3.5.
const RFC_2617: &str = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", \
     nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, nc=00000001, \
     cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", \
     opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";

#[test]
fn example_of_rfc_2617_is_accepted() {
    assert_eq!(check(&mut rfc_2617(), RFC_2617, START), ACCEPTED);
}

#[test]
fn every_changed_parameter_is_refused() {
    let mut verifier = rfc_2617();
    for (from, to) in [
        ("Digest ", "Basic "),
        ("Mufasa", "Scar"),
        ("Mufasa", "Nala"),
        ("testrealm@host.com", "testrealm@host.org"),
        ("/dir/index.html", "/dir/index.htm"),
        ("/dir/index.html", "/dir/./index.html"),
        ("/dir/index.html", "/dir/index.html?pretty=true"),
        ("qop=auth", "qop=auth-int"),
        ("qop=auth", "qop=\"auth,auth-int\""),
        ("qop=auth, ", ""),
        ("nc=00000001", "nc=00000002"),
        ("nc=00000001", "nc=1"),
        ("nc=00000001, ", ""),
        ("0a4f113b", "0a4f113c"),
        ("0a4f113b", ""),
        ("dcd98b71", "dcd98b72"),
        ("6629fae4", "6629fae5"),
        ("6629fae4", "6629FAE4"),
        ("response=", "respond="),
        ("5ccc069c", "5ccc069d"),
        (OPAQUE, ""),
        ("opaque=", "opaq="),
        ("opaque=", "algorithm=SHA-256, opaque="),
        ("opaque=", "algorithm=MD5-sess, opaque="),
        ("opaque=", "userhash=true, opaque="),
        ("username=", "username*=UTF-8''Mufasa, username="),
        ("username=\"Mufasa\"", "username*=UTF-8''Mufasa"),
    ] {
        let changed = RFC_2617.replace(from, to);
        assert_ne!(changed, RFC_2617, "{from} is not in the example");
        let checked = check(&mut verifier, &changed, START);
        assert_eq!(checked, WRONG, "{from} -> {to}");
    }
}

#[test]
fn other_spellings_of_a_parameter_are_accepted() {
    for (from, to) in [
        ("Digest ", "DIGEST "),
        ("username=", "Username = "),
        ("Mufasa", "M\\ufa\\sa"),
        ("qop=auth", "qop=\"auth\""),
        ("nc=00000001", "nc=\"00000001\""),
        ("opaque=", "algorithm=MD5, opaque="),
        ("opaque=", "algorithm=\"md5\", opaque="),
        ("opaque=", "userhash=false, opaque="),
        ("opaque=", "charset=UTF-8, auth-param=\"x\", opaque="),
    ] {
        let changed = RFC_2617.replace(from, to);
        assert_ne!(changed, RFC_2617, "{from} is not in the example");
        let checked = check(&mut rfc_2617(), &changed, START);
        assert_eq!(checked, ACCEPTED, "{from} -> {to}");
    }
}

#[test]
fn opaque_is_refused_unless_it_was_sent() {
    let mut verifier = rfc_2617();
    verifier.settings.opaque = None;
    assert_eq!(check(&mut verifier, RFC_2617, START), WRONG);
    for without in ["", ", opaque=\"\""] {
        let header = RFC_2617.replace(&format!(", opaque=\"{OPAQUE}\""), without);
        assert_eq!(check(&mut verifier, &header, START), ACCEPTED, "{without}");
    }
}

#[test]
fn opaque_is_escaped_in_the_challenge() {
    let mut verifier = rfc_2617();
    verifier.settings.opaque = Some(r#"a"b\c"#.to_owned());
    let headers = verifier.challenges([0; 16], false, START);
    assert!(
        headers[0].ends_with(r#", stale=false, opaque="a\"b\\c""#),
        "{headers:?}"
    );
    let header = RFC_2617.replace(OPAQUE, r#"a\"b\\c"#);
    assert_eq!(check(&mut verifier, &header, START), ACCEPTED);
}

#[test]
fn digest_covers_method_and_target() {
    for (method, target) in [("POST", "/dir/index.html"), ("GET", "/dir/index.html?a=b")] {
        let request = Signed {
            method,
            target,
            authorization: Some(RFC_2617.as_bytes()),
        };
        let refused = rfc_2617().check(&request, START).err();
        assert_eq!(refused, Some(Refused { stale: false }));
    }
}

#[test]
fn missing_or_binary_header_is_refused() {
    for authorization in [None, Some(&b"Digest username=\"\xff\""[..])] {
        let request = Signed {
            authorization,
            ..UNSIGNED
        };
        let refused = rfc_2617().check(&request, START).err();
        assert_eq!(refused, Some(Refused { stale: false }));
    }
}

/// The response is computed for each row, so that it is never the cause of a refusal.
#[test]
fn malformed_count_or_client_nonce_is_refused() {
    let mut verifier = rfc_2617();
    let key = Arc::clone(&verifier.keys[1]);
    for (nc, cnonce, expected) in [
        ("00000001", "c", ACCEPTED),
        ("ffffFFFF", "c", ACCEPTED),
        ("00000000", "c", WRONG),
        ("", "c", WRONG),
        ("1", "c", WRONG),
        ("000000001", "c", WRONG),
        ("0000000g", "c", WRONG),
        ("+0000001", "c", WRONG),
        ("00000001", "", WRONG),
    ] {
        let response = verifier.response(Algorithm::Md5, &key, &UNSIGNED, NONCE, nc, cnonce);
        let header = RFC_2617
            .replace("nc=00000001", &format!("nc=\"{nc}\""))
            .replace("0a4f113b", cnonce)
            .replace("6629fae49393a05397450978507c4ef1", &response);
        assert_eq!(check(&mut verifier, &header, START), expected, "{header}");
    }
}

#[test]
fn unknown_or_expired_nonce_is_stale() {
    let mut verifier = rfc_2617();
    verifier.nonces.clear();
    assert_eq!(check(&mut verifier, RFC_2617, START), STALE);
    verifier.store(NONCE.to_owned(), START);
    let last = START.after(Duration::from_nanos(59_999_999_999));
    assert_eq!(check(&mut verifier, RFC_2617, last), ACCEPTED);
    let expired = START.after(LIFETIME);
    assert_eq!(check(&mut verifier, RFC_2617, expired), STALE);
    let wrong = RFC_2617.replace("6629fae4", "6629fae5");
    assert_eq!(check(&mut verifier, &wrong, expired), WRONG);
}

#[test]
fn nonce_of_a_challenge_is_accepted() {
    let mut verifier = verifier(settings("MMS Public API"), &[]);
    let headers = verifier.challenges([0xab; 16], true, START);
    let nonce = "ab".repeat(16);
    assert_eq!(
        headers,
        [format!(
            "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"{nonce}\", algorithm=MD5, \
             qop=\"auth\", stale=true"
        )]
    );
    assert!(verifier.use_nonce(&nonce, 1, START));
    assert!(!verifier.use_nonce("", 1, START));
}

#[test]
fn number_of_stored_nonces_is_bounded() {
    let mut verifier = verifier(settings("r"), &[]);
    for number in 0..=MAX_NONCES {
        verifier.store(number.to_string(), START);
    }
    assert_eq!(verifier.nonces.len(), MAX_NONCES);
    assert!(!verifier.use_nonce("0", 1, START));
    assert!(verifier.use_nonce("1", 1, START));
    verifier.store("late".to_owned(), START.after(LIFETIME));
    assert_eq!(verifier.nonces.len(), 1);
}

/// The worked examples of RFC 7616, section 3.9.1.
#[test]
fn examples_of_rfc_7616_are_accepted_if_challenged() {
    const MD5: (&str, &str) = ("MD5", "8ca523f5e9506fed4657c9700eebdbec");
    const SHA_256: (&str, &str) = (
        "SHA-256",
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    );
    let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    let opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
    let md5 = Challenge::Digest(Algorithm::Md5);
    let sha256 = Challenge::Digest(Algorithm::Sha256);
    for ((algorithm, response), challenges, expected) in [
        (MD5, vec![md5], ACCEPTED),
        (SHA_256, vec![sha256], ACCEPTED),
        (SHA_256, vec![sha256, md5], ACCEPTED),
        (SHA_256, vec![md5], WRONG),
        (SHA_256, vec![Challenge::Basic], WRONG),
        (SHA_256, vec![Challenge::UnknownAlgorithm], WRONG),
        (SHA_256, vec![], WRONG),
    ] {
        let authorization = format!(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", \
             algorithm={algorithm}, nonce=\"{nonce}\", nc=00000001, \
             cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, \
             response=\"{response}\", opaque=\"{opaque}\""
        );
        let settings = Settings {
            challenges,
            opaque: Some(opaque.to_owned()),
            ..settings("http-auth@example.org")
        };
        let mut verifier = verifier(settings, &[("Mufasa", "Circle of Life")]);
        verifier.store(nonce.to_owned(), START);
        assert_eq!(check(&mut verifier, &authorization, START), expected);
    }
}

/// The RFC has no example. These values were computed with Python's `hashlib`.
#[test]
fn session_algorithm_hashes_the_user_with_both_nonces() {
    let verifier = verifier(settings("r"), &[("u", "p")]);
    let request = Signed {
        target: "/",
        ..UNSIGNED
    };
    for (algorithm, response) in [
        (Algorithm::Md5Sess, "6e4aac8b22e97762f88ccd0d5ccf5b1d"),
        (
            Algorithm::Sha256Sess,
            "ea348c3992b38a8ab656b8bcd3589ab596820515773c2a4605013c6216e0f070",
        ),
    ] {
        let computed =
            verifier.response(algorithm, &verifier.keys[0], &request, "n", "00000001", "c");
        assert_eq!(computed, response, "{algorithm:?}");
    }
}

#[test]
fn nonce_policy_limits_the_uses_of_a_nonce() {
    let all = [1, 1, 3, 2, 3, 4];
    let none = [false; 6];
    for (nonce_policy, expected) in [
        (
            NoncePolicy::UniqueCount,
            [true, false, true, true, false, true],
        ),
        (NoncePolicy::AnyCount, none.map(|it| !it)),
        (
            NoncePolicy::IncreasingCount,
            [true, false, true, false, false, true],
        ),
        (
            NoncePolicy::MaxUses(2),
            [true, true, false, false, false, false],
        ),
        (NoncePolicy::MaxUses(0), none),
    ] {
        let settings = Settings {
            nonce_policy,
            ..settings("r")
        };
        let mut verifier = verifier(settings, &[]);
        let found = all.map(|count| verifier.use_nonce(NONCE, count, START));
        assert_eq!(found, expected, "{nonce_policy:?}");
    }
}

#[test]
fn wrong_digest_does_not_use_the_nonce() {
    for policy in [NoncePolicy::MaxUses(1), NoncePolicy::UniqueCount] {
        let mut verifier = rfc_2617();
        verifier.settings.nonce_policy = policy;
        let wrong = RFC_2617.replace("6629fae4", "6629fae5");
        for (authorization, expected) in [
            (wrong.as_str(), WRONG),
            (RFC_2617, ACCEPTED),
            (RFC_2617, STALE),
            (wrong.as_str(), WRONG),
        ] {
            assert_eq!(check(&mut verifier, authorization, START), expected);
        }
    }
}

#[test]
fn consecutive_counts_are_not_stored() {
    let mut counts = Counts::default();
    for count in [2, 1, 3, 5, 4] {
        assert!(counts.insert(count), "{count}");
    }
    assert_eq!((counts.floor, counts.above.len()), (5, 0));
    assert!(!counts.insert(3));
    assert!(counts.insert(u32::MAX));
}

#[test]
fn count_is_given_up_when_too_many_later_ones_are_stored() {
    let mut counts = Counts::default();
    let stored = u32::try_from(Counts::MAX).expect("the maximum is small");
    // Only even counts, so that none are consecutive.
    for number in 1..=stored {
        assert!(counts.insert(2 * number));
    }
    assert!(counts.insert(1), "count 1 is not given up yet");
    assert_eq!(counts.floor, 2);
    assert!(counts.insert(2 * (stored + 1)));
    assert!(counts.insert(2 * (stored + 2)));
    assert_eq!((counts.floor, counts.above.len()), (4, Counts::MAX));
    assert!(!counts.insert(3), "count 3 is given up");
    assert!(counts.insert(5));
}

proptest! {
    /// The window never accepts a count twice, and accepts every count of a client that is not too far
    /// ahead of it.
    #[test]
    fn count_is_accepted_exactly_once(counts in vec(1..600_u32, 0..2000)) {
        let mut window = Counts::default();
        let mut used = BTreeSet::new();
        for count in counts {
            prop_assert_eq!(window.insert(count), used.insert(count));
        }
    }
}

#[test]
fn each_challenge_has_a_header_with_the_same_nonce() {
    let settings = Settings {
        challenges: vec![
            Challenge::Digest(Algorithm::Sha256Sess),
            Challenge::UnknownAlgorithm,
            Challenge::Basic,
        ],
        ..settings("r")
    };
    let headers = verifier(settings, &[]).challenges([0xab; 16], false, START);
    let nonce = "ab".repeat(16);
    let digest = |algorithm| {
        format!(
            "Digest realm=\"r\", domain=\"\", nonce=\"{nonce}\", algorithm={algorithm}, \
             qop=\"auth\", stale=false"
        )
    };
    let expected = [
        digest("SHA-256-sess"),
        digest("SANDBOX-UNKNOWN"),
        "Basic realm=\"r\"".to_owned(),
    ];
    assert_eq!(headers, expected);
}
