//! `carrel.auth.v1.AccountService`: what an admin does with accounts.

use carrel_proto::auth::v1::account_service_server::AccountService;
use carrel_proto::auth::v1::{
    CreateLoginLinkRequest, CreateUserRequest, ListUsersReply, ListUsersRequest, LoginLink, Role as PbRole,
    SetUserDisabledRequest, User,
};
use carrel_proto::convert::{InvalidField, parse};
use carrel_service::error::status;
use carrel_service::identity::Principal;
use tonic::{Request, Response, Status};

use super::{page, user};
use crate::names::UserName;
use crate::state::SharedState;
use crate::store::Role;

/// The service.
#[derive(Clone)]
pub struct AccountRpc(pub SharedState);

#[tonic::async_trait]
impl AccountService for AccountRpc {
    async fn create_user(&self, request: Request<CreateUserRequest>) -> Result<Response<User>, Status> {
        let asked = request.into_inner();
        let name = parse("name", &asked.name)?;
        let role = match asked.role() {
            PbRole::Learner => Role::Learner,
            PbRole::Mentor => Role::Mentor,
            PbRole::Admin => Role::Admin,
            PbRole::Unspecified => return Err(InvalidField::new("role", "must be set").into()),
        };
        let password = Some(asked.password.as_str()).filter(|password| !password.is_empty());
        let made = self.0.accounts.create_user(name, role, password).await;
        made.map(|record| Response::new(user(&record))).map_err(|error| status(&error, "create an account"))
    }

    async fn list_users(
        &self,
        request: Request<ListUsersRequest>,
    ) -> Result<Response<ListUsersReply>, Status> {
        let ListUsersRequest { after, limit } = request.into_inner();
        let listed = self.0.accounts.list_users(&after, page(limit)?).await;
        let (users, next) = listed.map_err(|error| status(&error, "list accounts"))?;
        Ok(Response::new(ListUsersReply { users: users.iter().map(user).collect(), next }))
    }

    async fn set_user_disabled(
        &self,
        request: Request<SetUserDisabledRequest>,
    ) -> Result<Response<User>, Status> {
        let SetUserDisabledRequest { name, disabled } = request.into_inner();
        let name = parse("name", &name)?;
        let changed = self.0.accounts.set_disabled(&name, disabled).await;
        changed
            .map(|record| Response::new(user(&record)))
            .map_err(|error| status(&error, "disable an account"))
    }

    async fn create_login_link(
        &self,
        request: Request<CreateLoginLinkRequest>,
    ) -> Result<Response<LoginLink>, Status> {
        let caller = Principal::of(request.extensions())?;
        let name = match request.get_ref().name.as_str() {
            // Without a name: for the caller; on the local socket, where the caller has none, the first admin.
            "" => caller.user().map(|(_, name, _)| parse::<UserName>("name", name)).transpose()?,
            name => Some(parse("name", name)?),
        };
        let made = self.0.accounts.create_link(name.as_ref()).await;
        let (secret, expires_at) = made.map_err(|error| status(&error, "make a login link"))?;
        let url = format!("{}/login?link={secret}", self.0.public_url);
        Ok(Response::new(LoginLink { url, expires_at }))
    }
}
