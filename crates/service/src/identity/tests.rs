//! Tokens: what is accepted, and all that is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::clock::{Clock as _, ManualClock};
use crate::random::Random;
use crate::shutdown::Shutdown;

const NOW_MS: u64 = 1_800_000_000_000;

struct World {
    clock: Arc<ManualClock>,
    issuer: Issuer,
    revoked: Revocations,
    verifier: Verifier,
}

fn world() -> World {
    let clock = ManualClock::new(NOW_MS);
    let issuer = Issuer::ephemeral("carrel", clock.clone(), Random::seeded(1));
    let revoked = Revocations::new();
    let verifier = Verifier::new("carrel", issuer.keys(), revoked.clone(), clock.clone());
    World { clock, issuer, revoked, verifier }
}

fn user() -> UserId {
    UserId::from_random(7)
}

fn ada(world: &World) -> Signed {
    world.issuer.issue(NewToken::user(&user(), "ada", Role::Learner)).expect("signed")
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn each_kind_of_token_becomes_its_principal() {
    let world = world();
    let session = SessionId::from_random(3);
    let document = DocumentId::from_random(4);
    let kinds = [
        (NewToken::user(&user(), "ada", Role::Admin), TokenUse::User),
        (NewToken::service("no-a"), TokenUse::Rack),
        (NewToken::git(&session, "ada/demo", 9), TokenUse::Git),
        (NewToken::ticket(&session, &user(), "ada", Role::Mentor), TokenUse::Ticket),
        (NewToken::document_ticket(&document, &user(), "ada", Role::Mentor), TokenUse::DocumentTicket),
    ];
    let expected = [
        Kind::User { id: user(), name: "ada".into(), role: Role::Admin },
        Kind::Service { name: "no-a".into() },
        Kind::Git { session: session.clone(), repo: "ada/demo".into(), fence: 9 },
        Kind::Ticket { session, id: user(), name: "ada".into(), role: Role::Mentor },
        Kind::DocumentTicket { document, id: user(), name: "ada".into(), role: Role::Mentor },
    ];
    for ((new, usage), kind) in kinds.into_iter().zip(expected) {
        let signed = world.issuer.issue(new).expect("signed");
        assert!(signed.token.len() < TOKEN_BYTES_MAX / 4);
        let claims = world.verifier.verify(&signed.token, &[usage]).expect("accepted");
        assert_eq!(claims, signed.claims);
        assert_eq!(Principal::from_claims(&claims, Via::Bearer).expect("principal").kind, kind);
        for other in TokenUse::ALL {
            if other != usage {
                assert_eq!(world.verifier.verify(&signed.token, &[other]), Err(TokenError::Audience));
            }
        }
    }
}

#[test]
fn a_relayed_person_is_themselves_and_ends_with_their_own_token() {
    let world = world();
    let own = ada(&world);
    world.clock.advance(Duration::from_secs(3_600));
    let principal = Principal::from_claims(&own.claims, Via::Cookie).expect("principal");
    let relayed = world.issuer.issue(NewToken::relay(&principal).expect("a person")).expect("signed");
    let verify = |usage| world.verifier.verify(&relayed.token, &[usage]);
    let claims = verify(TokenUse::Relay).expect("accepted");
    let seen = Principal::from_claims(&claims, Via::Bearer).expect("principal");
    assert_eq!(seen, Principal { via: Via::Relay, ..principal });
    assert_eq!(verify(TokenUse::User), Err(TokenError::Audience), "worth nothing at the front door");
    let now = world.clock.now_secs();
    let forget_after = i64::try_from(now).expect("small") + 100;
    let one = Revocation { token_id: own.claims.jti, forget_after, ..Revocation::default() };
    world.revoked.apply(false, vec![one], now);
    assert_eq!(verify(TokenUse::Relay), Err(TokenError::Revoked));

    let document = DocumentId::from_random(4);
    let ticket = NewToken::document_ticket(&document, &user(), "ada", Role::Learner);
    let ticket = world.issuer.issue(ticket).expect("signed").claims;
    let ticket = Principal::from_claims(&ticket, Via::Hook).expect("principal");
    let lasting = world.issuer.issue(NewToken::relay(&ticket).expect("a person")).expect("signed").claims;
    assert_eq!((lasting.document, lasting.exp - lasting.iat), (None, 8 * 3_600));
    let service = world.issuer.issue(NewToken::service("no-a")).expect("signed").claims;
    let service = Principal::from_claims(&service, Via::Bearer).expect("principal");
    assert!(NewToken::relay(&service).is_none());
}

#[test]
fn time_ends_a_token_with_a_small_leeway() {
    let world = world();
    let token = ada(&world).token;
    let check = || world.verifier.verify(&token, &[TokenUse::User]).map(|_| ());
    world.clock.advance(Duration::from_secs(8 * 3600 + 4));
    assert_eq!(check(), Ok(()));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(check(), Err(TokenError::Expired));
    world.clock.set_wall_ms(NOW_MS - 5_000);
    assert_eq!(check(), Ok(()));
    world.clock.set_wall_ms(NOW_MS - 6_000);
    assert_eq!(check(), Err(TokenError::NotYet));
}

#[test]
fn revocations_end_one_token_or_all_older_ones() {
    let world = world();
    let (first, second) = (ada(&world), ada(&world));
    let check = |signed: &Signed| world.verifier.verify(&signed.token, &[TokenUse::User]).map(|_| ());
    let now = world.clock.now_secs();
    let until = i64::try_from(now).expect("small") + 100;
    let one = Revocation { token_id: first.claims.jti.clone(), forget_after: until, ..Revocation::default() };
    world.revoked.apply(false, vec![one], now);
    assert_eq!((check(&first), check(&second)), (Err(TokenError::Revoked), Ok(())));
    let all = Revocation {
        user_id: user().to_string(),
        before: i64::try_from(now).expect("small") + 1,
        forget_after: until,
        ..Revocation::default()
    };
    world.revoked.apply(false, vec![all], now);
    assert_eq!(check(&second), Err(TokenError::Revoked));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(check(&ada(&world)), Ok(()));
    assert_eq!(world.revoked.list().len(), 2);
    world.revoked.apply(false, Vec::new(), now + 101);
    assert!(world.revoked.list().is_empty());
    world.revoked.apply(true, Vec::new(), now);
    assert_eq!(check(&first), Ok(()));
}

#[test]
fn a_token_does_not_choose_how_it_is_checked() {
    let world = world();
    let token = ada(&world).token;
    let [header, body, signature] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let kid = serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(header).expect("base64"))
        .expect("json")["kid"]
        .clone();
    let check =
        |token: String| world.verifier.verify(&token, &[TokenUse::User]).map(|_| ()).expect_err("refused");
    for alg in ["none", "None", "HS256", "ES256", "eddsa", "RS256", ""] {
        let forged = part(&json!({ "alg": alg, "kid": kid, "typ": "JWT" }));
        assert_eq!(check(format!("{forged}.{body}.{signature}")), TokenError::Algorithm, "{alg}");
        assert_eq!(check(format!("{forged}.{body}.")), TokenError::Algorithm, "{alg}");
    }
    let critical = part(&json!({ "alg": "EdDSA", "kid": kid, "crit": ["x"] }));
    assert_eq!(check(format!("{critical}.{body}.{signature}")), TokenError::Malformed);
    let stranger = part(&json!({ "alg": "EdDSA", "kid": "other" }));
    assert!(matches!(check(format!("{stranger}.{body}.{signature}")), TokenError::UnknownKey { .. }));
    let resigned = part(&json!({ "alg": "EdDSA", "kid": kid }));
    assert_eq!(check(format!("{resigned}.{body}.{signature}")), TokenError::Signature);
    assert_eq!(check(format!("{token}=")), TokenError::Malformed);
    assert_eq!(check(format!("{token}.")), TokenError::Malformed);
    assert_eq!(check("a".repeat(TOKEN_BYTES_MAX + 1)), TokenError::TooLong);
}

#[test]
fn other_issuers_and_other_keys_are_refused() {
    let world = world();
    let clock = world.clock.clone();
    let stranger = Issuer::ephemeral("carrel", clock.clone(), Random::seeded(2));
    let token = stranger.issue(NewToken::service("no-a")).expect("signed").token;
    assert!(matches!(world.verifier.verify(&token, &[TokenUse::Rack]), Err(TokenError::UnknownKey { .. })));
    let elsewhere = Verifier::new("other", world.issuer.keys(), Revocations::new(), clock);
    assert_eq!(elsewhere.verify(&ada(&world).token, &[TokenUse::User]), Err(TokenError::Issuer));
}

#[test]
fn the_key_file_is_made_once_and_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("signing.pem");
    let clock = ManualClock::new(NOW_MS);
    let open = || Issuer::open(&path, "carrel", clock.clone(), Random::system());
    let first = open().expect("made");
    assert_eq!(std::fs::metadata(&path).expect("file").permissions().mode() & 0o777, 0o600);
    assert_eq!(first.jwks(), open().expect("read").jwks());
    assert_eq!(std::fs::read_dir(dir.path()).expect("folder").count(), 1, "no draft is left");
    std::fs::write(&path, "nonsense").expect("write");
    assert!(matches!(open(), Err(IssuerError::Parse { .. })));
}

#[tokio::test]
async fn remote_keys_are_fetched_and_refreshed_at_a_limited_rate() {
    let world = world();
    let next = Issuer::ephemeral("carrel", world.clock.clone(), Random::seeded(5));
    let sets = [world.issuer.jwks_json(), next.jwks_json()];
    let fetches = Arc::new(AtomicUsize::new(0));
    let count = fetches.clone();
    let fetch = move || {
        let nth = count.fetch_add(1, Ordering::SeqCst);
        let set = sets[nth.min(1)].clone();
        async move { Ok(set) }
    };
    let keys = Keys::remote(fetch, world.clock.clone());
    keys.fetch_until_ready(&Shutdown::new(), Random::seeded(1)).await.expect("fetched");
    let verifier = Verifier::new("carrel", keys, Revocations::new(), world.clock.clone());
    let old = ada(&world).token;
    verifier.verify_fresh(&old, &[TokenUse::User]).await.expect("known key");
    let new = next.issue(NewToken::user(&user(), "ada", Role::Learner)).expect("signed").token;
    verifier.verify_fresh(&new, &[TokenUse::User]).await.expect("fetched because unknown");
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
    for _ in 0..10 {
        assert!(verifier.verify_fresh(&old, &[TokenUse::User]).await.is_err(), "the old key is gone");
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 2, "no fetch for each forged token");
    world.clock.advance(Duration::from_secs(11));
    assert!(verifier.verify_fresh(&old, &[TokenUse::User]).await.is_err());
    assert_eq!(fetches.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn fetching_goes_on_until_it_works() {
    let world = world();
    let set = world.issuer.jwks_json();
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    let fetch = move || {
        let nth = count.fetch_add(1, Ordering::SeqCst);
        let set = match nth {
            0 => Err("refused".to_owned()),
            1 => Ok("{\"keys\":[{\"kty\":\"RSA\"}]}".to_owned()),
            2 => Ok("<html>".to_owned()),
            _ => Ok(set.clone()),
        };
        async move { set }
    };
    let keys = Keys::remote(fetch, world.clock.clone());
    keys.fetch_until_ready(&Shutdown::new(), Random::seeded(1)).await.expect("fetched");
    assert_eq!(tries.load(Ordering::SeqCst), 4);
}

proptest! {
    #[test]
    fn no_bytes_panic(token in "\\PC{0,300}") {
        prop_assert!(world().verifier.verify(&token, &[TokenUse::User]).is_err());
    }

    #[test]
    fn no_parts_panic(parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..5)) {
        let token: Vec<_> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        prop_assert!(world().verifier.verify(&token.join("."), &[TokenUse::User]).is_err());
    }

    #[test]
    fn any_changed_byte_is_refused(position in 0_usize..1000, replacement in proptest::char::range('-', 'z')) {
        let world = world();
        let token = ada(&world).token;
        let position = position % token.len();
        let mut forged = token.clone();
        forged.replace_range(position..=position, &replacement.to_string());
        prop_assume!(forged != token);
        prop_assert!(world.verifier.verify(&forged, &[TokenUse::User]).is_err());
    }

    #[test]
    fn any_claims_make_a_principal_or_an_error(
        aud in prop_oneof!["carrel-(user|rack|git|ticket)", "\\PC{0,20}"],
        sub in "(us-|se-)?\\PC{0,20}", role in proptest::option::of("learner|admin|service|\\PC{0,9}"),
    ) {
        let claims = Claims {
            iss: String::new(), aud, sub, jti: String::new(), iat: 0, exp: 0,
            name: Some("a".into()), role, repo: None, fence: None, session: None, document: None,
        };
        let _ = Principal::from_claims(&claims, Via::Hook);
    }
}
