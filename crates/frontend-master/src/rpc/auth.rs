//! `carrel.auth.v1.AuthService`: what a person does with their own identity.

use carrel_proto::auth::v1::auth_service_server::AuthService;
use carrel_proto::auth::v1::{
    CreateTokenRequest, EndLoginReply, EndLoginRequest, ListLoginsReply, ListLoginsRequest, Login,
    LoginRequest, LogoutReply, LogoutRequest, NamedToken, RedeemLinkRequest, RenewRequest, SetPasswordReply,
    SetPasswordRequest, SignUpRequest, Token, User, WhoAmIRequest,
};
use carrel_proto::convert::parse;
use carrel_service::error::status;
use carrel_service::identity::Principal;
use tonic::{Request, Response, Status};

use super::{token, user, whence};
use crate::accounts::{AccountError, Granted};
use crate::state::SharedState;
use crate::store::LoginRecord;

/// The service.
#[derive(Clone)]
pub struct AuthRpc(pub SharedState);

impl AuthRpc {
    fn answer(&self, way: &str, granted: Result<Granted, AccountError>) -> Result<Response<Token>, Status> {
        let outcome = if granted.is_ok() { "ok" } else { "refused" };
        self.0.meters.logins.with_label_values(&[way, outcome]).inc();
        granted.map(|granted| Response::new(token(granted))).map_err(|error| status(&error, "log in"))
    }
}

#[tonic::async_trait]
impl AuthService for AuthRpc {
    async fn login(&self, request: Request<LoginRequest>) -> Result<Response<Token>, Status> {
        let from = whence(&request);
        let LoginRequest { name, password } = request.into_inner();
        self.answer("password", self.0.accounts.login(&name, &password, &from).await)
    }

    async fn redeem_link(&self, request: Request<RedeemLinkRequest>) -> Result<Response<Token>, Status> {
        let from = whence(&request);
        let secret = request.into_inner().secret;
        self.answer("link", self.0.accounts.redeem_link(&secret, &from).await)
    }

    async fn sign_up(&self, request: Request<SignUpRequest>) -> Result<Response<Token>, Status> {
        let from = whence(&request);
        let SignUpRequest { name, password } = request.into_inner();
        let name = parse("name", &name)?;
        self.answer("sign_up", self.0.accounts.sign_up(name, &password, &from).await)
    }

    async fn renew(&self, request: Request<RenewRequest>) -> Result<Response<Token>, Status> {
        let granted = self.0.accounts.renew(Principal::of(request.extensions())?).await;
        granted.map(|granted| Response::new(token(granted))).map_err(|error| status(&error, "renew a token"))
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Result<Response<LogoutReply>, Status> {
        let everywhere = request.get_ref().everywhere;
        let done = self.0.accounts.logout(Principal::of(request.extensions())?, everywhere).await;
        done.map(|()| Response::new(LogoutReply {})).map_err(|error| status(&error, "log out"))
    }

    async fn who_am_i(&self, request: Request<WhoAmIRequest>) -> Result<Response<User>, Status> {
        let own = self.0.accounts.own(Principal::of(request.extensions())?).await;
        own.map(|record| Response::new(user(&record))).map_err(|error| status(&error, "find the caller"))
    }

    async fn set_password(
        &self,
        request: Request<SetPasswordRequest>,
    ) -> Result<Response<SetPasswordReply>, Status> {
        let from = whence(&request).address;
        let principal = Principal::of(request.extensions())?;
        let SetPasswordRequest { old_password, new_password } = request.get_ref();
        let done = self.0.accounts.set_password(principal, old_password, new_password, &from).await;
        done.map(|()| Response::new(SetPasswordReply {})).map_err(|error| status(&error, "set a password"))
    }

    async fn list_logins(
        &self,
        request: Request<ListLoginsRequest>,
    ) -> Result<Response<ListLoginsReply>, Status> {
        let listed = self.0.accounts.logins(Principal::of(request.extensions())?).await;
        let (logins, own) = listed.map_err(|error| status(&error, "list logins"))?;
        let logins = logins.iter().map(|record| login(record, &own)).collect();
        Ok(Response::new(ListLoginsReply { logins }))
    }

    async fn end_login(&self, request: Request<EndLoginRequest>) -> Result<Response<EndLoginReply>, Status> {
        let principal = Principal::of(request.extensions())?;
        let ended = self.0.accounts.end_login(principal, &request.get_ref().id).await;
        ended.map(|()| Response::new(EndLoginReply {})).map_err(|error| status(&error, "end a login"))
    }

    async fn create_token(
        &self,
        request: Request<CreateTokenRequest>,
    ) -> Result<Response<NamedToken>, Status> {
        let principal = Principal::of(request.extensions())?;
        let CreateTokenRequest { name, days } = request.get_ref();
        let made = self.0.accounts.create_token(principal, name, *days).await;
        let (granted, record) = made.map_err(|error| status(&error, "make a token"))?;
        let login = Some(login(&record, ""));
        Ok(Response::new(NamedToken { token: granted.token, login }))
    }
}

fn login(record: &LoginRecord, own: &str) -> Login {
    Login {
        id: record.id.clone(),
        name: record.name.clone(),
        client: record.client.clone(),
        created_at: record.created_at,
        used_at: record.used_at,
        expires_at: record.expires_at.saturating_mul(1_000),
        current: record.id == own,
    }
}
