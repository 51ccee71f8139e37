//! The wire: protos, generated types, conversions, service codes.
//!
//! The `.proto` files are under `proto/`; `src/gen/` is generated from them, checked in, and compared with a
//! fresh generation by `tests/regenerate.rs`, so that a build needs neither `protoc` nor a build script.
//!
//! Invariant: nothing here decides anything. Domain types live in `carrel-model`; this crate carries them.

pub mod access;
pub mod code;
pub mod convert;
pub mod json;

/// The descriptors of all services, for gRPC reflection and for tests that walk every method.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("gen/descriptors.bin");

/// The newest version of the link between a node and an agent that this build speaks.
pub const AGENT_PROTOCOL: u32 = 1;

macro_rules! package {
    ($(#[$doc:meta])* $name:ident, $file:literal, $json:literal) => {
        $(#[$doc])*
        pub mod $name {
            /// Version 1.
            #[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::disallowed_methods)]
            pub mod v1 {
                include!(concat!("gen/", $file));
                include!(concat!("gen/", $json));
            }
        }
    };
}

package!(
    /// Login, tokens, accounts, revocations.
    auth, "carrel.auth.v1.rs", "carrel.auth.v1.serde.rs"
);
package!(
    /// Repositories on the git service.
    repo, "carrel.repo.v1.rs", "carrel.repo.v1.serde.rs"
);
package!(
    /// Sessions.
    session, "carrel.session.v1.rs", "carrel.session.v1.serde.rs"
);
package!(
    /// Between the front-end master and its nodes.
    compute, "carrel.compute.v1.rs", "carrel.compute.v1.serde.rs"
);
package!(
    /// Inside a slot.
    agent, "carrel.agent.v1.rs", "carrel.agent.v1.serde.rs"
);
package!(
    /// Documents edited together.
    sync, "carrel.sync.v1.rs", "carrel.sync.v1.serde.rs"
);
package!(
    /// Notes of repositories: which document, and who may what.
    notes, "carrel.notes.v1.rs", "carrel.notes.v1.serde.rs"
);
