//! The services of sessions and nodes: thin handlers, a file each.

mod node_admin;
mod node_link;
mod session;

pub use node_admin::NodeAdmin;
pub use node_link::NodeLink;
pub use session::SessionApi;
