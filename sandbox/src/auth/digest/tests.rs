use super::*;

const START: Moment = Moment::from_epoch(Duration::from_secs(1_000_000));
const LIFETIME: Duration = Duration::from_secs(60);
const NONCE: &str = "dcd98b7102dd2f0e8b11d0f600bfb0c093";

fn settings(realm: &str, password: &str) -> Settings {
    Settings {
        realm: realm.to_owned(),
        username: "Mufasa".to_owned(),
        password: password.to_owned(),
        nonce_lifetime: LIFETIME,
        nonce_policy: NoncePolicy::AnyCount,
        challenges: vec![Challenge::Digest(Algorithm::Md5)],
    }
}

fn verifier(realm: &str, password: &str, nonce: &str) -> Verifier {
    let mut verifier = Verifier::new(settings(realm, password));
    verifier.store(nonce.to_owned(), START);
    verifier
}

fn rfc_2617() -> Verifier {
    verifier("testrealm@host.com", "Circle Of Life", NONCE)
}

fn check(verifier: &mut Verifier, authorization: &str, now: Moment) -> Verdict {
    let request = Signed {
        method: "GET",
        target: "/dir/index.html",
        authorization: Some(authorization.as_bytes()),
    };
    verifier.check(&request, now)
}

/// The worked example of RFC 2617, section 3.5.
const RFC_2617: &str = "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", \
     nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, nc=00000001, \
     cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", \
     opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";

const WRONG: Verdict = Verdict::Refused { stale: false };

#[test]
fn example_of_rfc_2617_is_accepted() {
    assert_eq!(check(&mut rfc_2617(), RFC_2617, START), Verdict::Accepted);
}

#[test]
fn every_changed_parameter_is_refused() {
    let mut verifier = rfc_2617();
    for (from, to) in [
        ("Digest ", "Basic "),
        ("Mufasa", "Scar"),
        ("testrealm@host.com", "testrealm@host.org"),
        ("/dir/index.html", "/dir/index.htm"),
        ("/dir/index.html", "/dir/index.html?pretty=true"),
        ("qop=auth", "qop=auth-int"),
        ("qop=auth, ", ""),
        ("nc=00000001", "nc=00000002"),
        ("nc=00000001", "nc=1"),
        ("nc=00000001, ", ""),
        ("0a4f113b", "0a4f113c"),
        ("0a4f113b", ""),
        ("6629fae4", "6629fae5"),
        ("6629fae4", "6629FAE4"),
        ("response=", "respond="),
        ("opaque=", "algorithm=SHA-256, opaque="),
        ("opaque=", "userhash=true, opaque="),
    ] {
        let changed = RFC_2617.replace(from, to);
        assert_ne!(changed, RFC_2617, "{from} is not in the example");
        assert_eq!(
            check(&mut verifier, &changed, START),
            WRONG,
            "{from} -> {to}"
        );
    }
}

#[test]
fn digest_covers_method_and_target() {
    for (method, target) in [("POST", "/dir/index.html"), ("GET", "/dir/index.html?a=b")] {
        let request = Signed {
            method,
            target,
            authorization: Some(RFC_2617.as_bytes()),
        };
        assert_eq!(rfc_2617().check(&request, START), WRONG);
    }
}

#[test]
fn missing_or_binary_header_is_refused() {
    for authorization in [None, Some(&b"Digest username=\"\xff\""[..])] {
        let request = Signed {
            method: "GET",
            target: "/",
            authorization,
        };
        assert_eq!(rfc_2617().check(&request, START), WRONG);
    }
}

#[test]
fn quoted_qop_and_algorithm_are_accepted() {
    let quoted = RFC_2617.replace("qop=auth", "qop=\"auth\", algorithm=\"md5\"");
    assert_eq!(check(&mut rfc_2617(), &quoted, START), Verdict::Accepted);
}

/// The response is computed for each row, so that it is never the cause of a refusal.
#[test]
fn malformed_count_or_client_nonce_is_refused() {
    let mut verifier = rfc_2617();
    let request = Signed {
        method: "GET",
        target: "/dir/index.html",
        authorization: None,
    };
    for (nc, cnonce, verdict) in [
        ("00000001", "c", Verdict::Accepted),
        ("00000000", "c", Verdict::Accepted),
        ("ffffFFFF", "c", Verdict::Accepted),
        ("", "c", WRONG),
        ("1", "c", WRONG),
        ("000000001", "c", WRONG),
        ("0000000g", "c", WRONG),
        ("00000001", "", WRONG),
    ] {
        let response = verifier.response(Algorithm::Md5, &request, NONCE, nc, cnonce);
        let header = RFC_2617
            .replace("nc=00000001", &format!("nc=\"{nc}\""))
            .replace("0a4f113b", cnonce)
            .replace("6629fae49393a05397450978507c4ef1", &response);
        assert_eq!(check(&mut verifier, &header, START), verdict, "{header}");
    }
}

#[test]
fn unknown_or_expired_nonce_is_stale() {
    let mut verifier = Verifier::new(settings("testrealm@host.com", "Circle Of Life"));
    let stale = Verdict::Refused { stale: true };
    assert_eq!(check(&mut verifier, RFC_2617, START), stale);
    verifier.store(NONCE.to_owned(), START);
    let last = START.after(Duration::from_nanos(59_999_999_999));
    assert_eq!(check(&mut verifier, RFC_2617, last), Verdict::Accepted);
    let expired = START.after(LIFETIME);
    assert_eq!(check(&mut verifier, RFC_2617, expired), stale);
    let wrong = RFC_2617.replace("6629fae4", "6629fae5");
    assert_eq!(check(&mut verifier, &wrong, expired), WRONG);
}

#[test]
fn nonce_of_a_challenge_is_accepted() {
    let mut verifier = Verifier::new(settings("MMS Public API", "p"));
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
    let mut verifier = Verifier::new(settings("r", "p"));
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
    let md5 = Challenge::Digest(Algorithm::Md5);
    let sha256 = Challenge::Digest(Algorithm::Sha256);
    for ((algorithm, response), challenges, verdict) in [
        (MD5, vec![md5], Verdict::Accepted),
        (SHA_256, vec![sha256], Verdict::Accepted),
        (SHA_256, vec![sha256, md5], Verdict::Accepted),
        (SHA_256, vec![md5], WRONG),
        (SHA_256, vec![Challenge::Basic], WRONG),
        (SHA_256, vec![Challenge::UnknownAlgorithm], WRONG),
        (SHA_256, vec![], WRONG),
    ] {
        let authorization = format!(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", \
             algorithm={algorithm}, nonce=\"{nonce}\", nc=00000001, \
             cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, \
             response=\"{response}\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        let mut verifier = Verifier::new(Settings {
            challenges,
            ..settings("http-auth@example.org", "Circle of Life")
        });
        verifier.store(nonce.to_owned(), START);
        assert_eq!(check(&mut verifier, &authorization, START), verdict);
    }
}

/// The RFC has no example. These values were computed with Python's `hashlib`.
#[test]
fn session_algorithm_hashes_the_user_with_both_nonces() {
    let verifier = Verifier::new(Settings {
        username: "u".to_owned(),
        ..settings("r", "p")
    });
    let request = Signed {
        method: "GET",
        target: "/",
        authorization: None,
    };
    for (algorithm, response) in [
        (Algorithm::Md5Sess, "6e4aac8b22e97762f88ccd0d5ccf5b1d"),
        (
            Algorithm::Sha256Sess,
            "ea348c3992b38a8ab656b8bcd3589ab596820515773c2a4605013c6216e0f070",
        ),
    ] {
        let computed = verifier.response(algorithm, &request, "n", "00000001", "c");
        assert_eq!(computed, response, "{algorithm:?}");
    }
}

#[test]
fn nonce_policy_limits_the_uses_of_a_nonce() {
    let all = [1, 1, 3, 2, 4];
    for (nonce_policy, expected) in [
        (NoncePolicy::AnyCount, [true, true, true, true, true]),
        (
            NoncePolicy::IncreasingCount,
            [true, false, true, false, true],
        ),
        (NoncePolicy::MaxUses(2), [true, true, false, false, false]),
        (NoncePolicy::MaxUses(0), [false; 5]),
    ] {
        let mut verifier = Verifier::new(Settings {
            nonce_policy,
            ..settings("r", "p")
        });
        verifier.store("n".to_owned(), START);
        let found = all.map(|count| verifier.use_nonce("n", count, START));
        assert_eq!(found, expected, "{nonce_policy:?}");
    }
}

#[test]
fn wrong_digest_does_not_use_the_nonce() {
    let mut verifier = verifier("testrealm@host.com", "Circle Of Life", NONCE);
    verifier.settings.nonce_policy = NoncePolicy::MaxUses(1);
    let wrong = RFC_2617.replace("6629fae4", "6629fae5");
    let stale = Verdict::Refused { stale: true };
    for (authorization, verdict) in [
        (wrong.as_str(), WRONG),
        (RFC_2617, Verdict::Accepted),
        (RFC_2617, stale),
    ] {
        assert_eq!(check(&mut verifier, authorization, START), verdict);
    }
}

#[test]
fn each_challenge_has_a_header_with_the_same_nonce() {
    let mut verifier = Verifier::new(Settings {
        challenges: vec![
            Challenge::Digest(Algorithm::Sha256Sess),
            Challenge::UnknownAlgorithm,
            Challenge::Basic,
        ],
        ..settings("r", "p")
    });
    let headers = verifier.challenges([0xab; 16], false, START);
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
