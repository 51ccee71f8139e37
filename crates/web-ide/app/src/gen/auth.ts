// Written by scripts/types.mjs from carrel.auth.v1; do not edit.
import * as w from "../wire.ts";

export const Role = ["ROLE_UNSPECIFIED", "ROLE_LEARNER", "ROLE_MENTOR", "ROLE_ADMIN"] as const;
export type Role = (typeof Role)[number];

export interface User {
  id: string;
  name: string;
  role: Role;
  disabled: boolean;
  createdAt: number;
}
export const User: w.Schema<User> = {
  id: w.str,
  name: w.str,
  role: w.oneOf<Role>(Role[0]),
  disabled: w.bool,
  createdAt: w.int64,
};

export interface LoginRequest {
  name: string;
  password: string;
}
export const LoginRequest: w.Schema<LoginRequest> = {
  name: w.str,
  password: w.str,
};

export interface RedeemLinkRequest {
  secret: string;
}
export const RedeemLinkRequest: w.Schema<RedeemLinkRequest> = {
  secret: w.str,
};

export interface SignUpRequest {
  name: string;
  password: string;
}
export const SignUpRequest: w.Schema<SignUpRequest> = {
  name: w.str,
  password: w.str,
};

export type RenewRequest = Record<string, never>;
export const RenewRequest: w.Schema<RenewRequest> = {};

export interface Token {
  token: string;
  expiresAt: number;
  user: User | undefined;
}
export const Token: w.Schema<Token> = {
  token: w.str,
  expiresAt: w.int64,
  user: w.message(() => User),
};

export interface LogoutRequest {
  everywhere: boolean;
}
export const LogoutRequest: w.Schema<LogoutRequest> = {
  everywhere: w.bool,
};

export type LogoutReply = Record<string, never>;
export const LogoutReply: w.Schema<LogoutReply> = {};

export type WhoAmIRequest = Record<string, never>;
export const WhoAmIRequest: w.Schema<WhoAmIRequest> = {};

export interface SetPasswordRequest {
  oldPassword: string;
  newPassword: string;
}
export const SetPasswordRequest: w.Schema<SetPasswordRequest> = {
  oldPassword: w.str,
  newPassword: w.str,
};

export type SetPasswordReply = Record<string, never>;
export const SetPasswordReply: w.Schema<SetPasswordReply> = {};

export type ListLoginsRequest = Record<string, never>;
export const ListLoginsRequest: w.Schema<ListLoginsRequest> = {};

export interface ListLoginsReply {
  logins: Login[];
}
export const ListLoginsReply: w.Schema<ListLoginsReply> = {
  logins: w.list(w.message(() => Login)),
};

export interface Login {
  id: string;
  name: string;
  client: string;
  createdAt: number;
  usedAt: number;
  expiresAt: number;
  current: boolean;
}
export const Login: w.Schema<Login> = {
  id: w.str,
  name: w.str,
  client: w.str,
  createdAt: w.int64,
  usedAt: w.int64,
  expiresAt: w.int64,
  current: w.bool,
};

export interface EndLoginRequest {
  id: string;
}
export const EndLoginRequest: w.Schema<EndLoginRequest> = {
  id: w.str,
};

export type EndLoginReply = Record<string, never>;
export const EndLoginReply: w.Schema<EndLoginReply> = {};

export interface CreateTokenRequest {
  name: string;
  days: number;
}
export const CreateTokenRequest: w.Schema<CreateTokenRequest> = {
  name: w.str,
  days: w.num,
};

export interface NamedToken {
  token: string;
  login: Login | undefined;
}
export const NamedToken: w.Schema<NamedToken> = {
  token: w.str,
  login: w.message(() => Login),
};

export interface CreateUserRequest {
  name: string;
  role: Role;
  password: string;
}
export const CreateUserRequest: w.Schema<CreateUserRequest> = {
  name: w.str,
  role: w.oneOf<Role>(Role[0]),
  password: w.str,
};

export interface ListUsersRequest {
  after: string;
  limit: number;
}
export const ListUsersRequest: w.Schema<ListUsersRequest> = {
  after: w.str,
  limit: w.num,
};

export interface ListUsersReply {
  users: User[];
  next: string;
}
export const ListUsersReply: w.Schema<ListUsersReply> = {
  users: w.list(w.message(() => User)),
  next: w.str,
};

export interface SetUserDisabledRequest {
  name: string;
  disabled: boolean;
}
export const SetUserDisabledRequest: w.Schema<SetUserDisabledRequest> = {
  name: w.str,
  disabled: w.bool,
};

export interface CreateLoginLinkRequest {
  name: string;
}
export const CreateLoginLinkRequest: w.Schema<CreateLoginLinkRequest> = {
  name: w.str,
};

export interface LoginLink {
  url: string;
  expiresAt: number;
}
export const LoginLink: w.Schema<LoginLink> = {
  url: w.str,
  expiresAt: w.int64,
};

export type WatchRevocationsRequest = Record<string, never>;
export const WatchRevocationsRequest: w.Schema<WatchRevocationsRequest> = {};

export interface Revocations {
  full: boolean;
  revoked: Revocation[];
}
export const Revocations: w.Schema<Revocations> = {
  full: w.bool,
  revoked: w.list(w.message(() => Revocation)),
};

export interface Revocation {
  tokenId: string;
  userId: string;
  before: number;
  forgetAfter: number;
}
export const Revocation: w.Schema<Revocation> = {
  tokenId: w.str,
  userId: w.str,
  before: w.int64,
  forgetAfter: w.int64,
};

export const AuthService = {
  login: w.method("AuthService", "Login", LoginRequest, Token),
  redeemLink: w.method("AuthService", "RedeemLink", RedeemLinkRequest, Token),
  signUp: w.method("AuthService", "SignUp", SignUpRequest, Token),
  renew: w.method("AuthService", "Renew", RenewRequest, Token),
  logout: w.method("AuthService", "Logout", LogoutRequest, LogoutReply),
  whoAmI: w.method("AuthService", "WhoAmI", WhoAmIRequest, User),
  setPassword: w.method("AuthService", "SetPassword", SetPasswordRequest, SetPasswordReply),
  listLogins: w.method("AuthService", "ListLogins", ListLoginsRequest, ListLoginsReply),
  endLogin: w.method("AuthService", "EndLogin", EndLoginRequest, EndLoginReply),
  createToken: w.method("AuthService", "CreateToken", CreateTokenRequest, NamedToken),
};

export const AccountService = {
  createUser: w.method("AccountService", "CreateUser", CreateUserRequest, User),
  listUsers: w.method("AccountService", "ListUsers", ListUsersRequest, ListUsersReply),
  setUserDisabled: w.method("AccountService", "SetUserDisabled", SetUserDisabledRequest, User),
  createLoginLink: w.method("AccountService", "CreateLoginLink", CreateLoginLinkRequest, LoginLink),
};

export const TokenService = {
};
