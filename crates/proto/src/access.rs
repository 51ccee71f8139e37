//! Who may call which method. A method that is not listed here is denied to everybody.

/// The least a caller must be. Ownership (of a session, a repository) is checked by the handler on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// Any signed-in user.
    User,
    /// A user whose role is admin; on a local socket also the machine's own root or the daemon's own user.
    Admin,
    /// A daemon with a service token, on a rack or local listener.
    Service,
    /// The node that owns the slot, over the slot's own socket; never routed anywhere else.
    Slot,
}

/// Every method of every service with its access, `<package>.<Service>/<Method>`.
pub const METHODS: &[(&str, Access)] = &[
    ("carrel.auth.v1.AuthService/Login", Access::Public),
    ("carrel.auth.v1.AuthService/RedeemLink", Access::Public),
    ("carrel.auth.v1.AuthService/SignUp", Access::Public),
    ("carrel.auth.v1.AuthService/Renew", Access::User),
    ("carrel.auth.v1.AuthService/Logout", Access::User),
    ("carrel.auth.v1.AuthService/WhoAmI", Access::User),
    ("carrel.auth.v1.AuthService/SetPassword", Access::User),
    ("carrel.auth.v1.AuthService/ListLogins", Access::User),
    ("carrel.auth.v1.AuthService/EndLogin", Access::User),
    ("carrel.auth.v1.AuthService/CreateToken", Access::User),
    ("carrel.auth.v1.AccountService/CreateUser", Access::Admin),
    ("carrel.auth.v1.AccountService/ListUsers", Access::Admin),
    ("carrel.auth.v1.AccountService/SetUserDisabled", Access::Admin),
    ("carrel.auth.v1.AccountService/CreateLoginLink", Access::Admin),
    ("carrel.auth.v1.TokenService/WatchRevocations", Access::Service),
    ("carrel.repo.v1.RepositoryService/CreateRepository", Access::User),
    ("carrel.repo.v1.RepositoryService/ListRepositories", Access::User),
    ("carrel.repo.v1.RepositoryService/DeleteRepository", Access::User),
    ("carrel.repo.v1.RepositoryService/SetAccess", Access::User),
    ("carrel.repo.v1.RepositoryService/CheckRepository", Access::User),
    ("carrel.repo.v1.RepositoryService/AddStarters", Access::User),
    ("carrel.repo.v1.RepositoryService/ImportRepository", Access::User),
    ("carrel.repo.v1.RepositoryService/ListImports", Access::User),
    ("carrel.repo.v1.RepositoryService/CancelImport", Access::User),
    ("carrel.repo.v1.BrowseService/ListRefs", Access::User),
    ("carrel.repo.v1.BrowseService/ListFolder", Access::User),
    ("carrel.repo.v1.BrowseService/GetFile", Access::User),
    ("carrel.repo.v1.BrowseService/ListCommits", Access::User),
    ("carrel.repo.v1.BrowseService/GetCommit", Access::User),
    ("carrel.session.v1.SessionService/OpenSession", Access::User),
    ("carrel.session.v1.SessionService/GetSession", Access::User),
    ("carrel.session.v1.SessionService/ListSessions", Access::User),
    ("carrel.session.v1.SessionService/WatchSession", Access::User),
    ("carrel.session.v1.SessionService/CloseSession", Access::User),
    ("carrel.session.v1.SessionService/CreateTicket", Access::User),
    ("carrel.compute.v1.SlotService/Claim", Access::Service),
    ("carrel.compute.v1.SlotService/Release", Access::Service),
    ("carrel.compute.v1.SlotService/ListSlots", Access::Service),
    ("carrel.compute.v1.SlotService/WatchSlots", Access::Service),
    ("carrel.compute.v1.SlotService/SetDrain", Access::Service),
    ("carrel.compute.v1.SlotService/Reconcile", Access::Service),
    ("carrel.compute.v1.NodeLinkService/Report", Access::Service),
    ("carrel.compute.v1.NodeLinkService/MintGitToken", Access::Service),
    ("carrel.compute.v1.NodeAdminService/ListNodes", Access::Admin),
    ("carrel.compute.v1.NodeAdminService/SetNodeDrain", Access::Admin),
    ("carrel.compute.v1.NodeAdminService/SetNodeQuarantine", Access::Admin),
    ("carrel.agent.v1.SlotControlService/Hello", Access::Slot),
    ("carrel.agent.v1.SlotControlService/Bind", Access::Slot),
    ("carrel.agent.v1.SlotControlService/WatchStatus", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/GetStatus", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/WaitStatus", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/ListFiles", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/ReadFile", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/WriteFile", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/CreateFolder", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/RenameFile", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/DeleteFile", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/StatFiles", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/TrashFiles", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/RestoreFiles", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/OpenTerminal", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/ListTerminals", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/CloseTerminal", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/Run", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/ListTasks", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/RunTask", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/ListArtefacts", Access::Slot),
    ("carrel.agent.v1.WorkspaceService/ListPorts", Access::Slot),
    ("carrel.agent.v1.GitService/GetGitStatus", Access::Slot),
    ("carrel.agent.v1.GitService/CompareFile", Access::Slot),
    ("carrel.agent.v1.GitService/StagePaths", Access::Slot),
    ("carrel.agent.v1.GitService/UnstagePaths", Access::Slot),
    ("carrel.agent.v1.GitService/DiscardPaths", Access::Slot),
    ("carrel.agent.v1.GitService/CommitStaged", Access::Slot),
    ("carrel.agent.v1.GitService/StartTransfer", Access::Slot),
    ("carrel.agent.v1.GitService/WaitTransfer", Access::Slot),
    ("carrel.agent.v1.GitService/ResolveConflict", Access::Slot),
    ("carrel.agent.v1.GitService/ContinueMerge", Access::Slot),
    ("carrel.agent.v1.GitService/AbortMerge", Access::Slot),
    ("carrel.agent.v1.GitService/ListBranches", Access::Slot),
    ("carrel.agent.v1.GitService/SwitchBranch", Access::Slot),
    ("carrel.agent.v1.GitService/GetLog", Access::Slot),
    ("carrel.agent.v1.GitService/RemoveLock", Access::Slot),
    ("carrel.sync.v1.DocumentService/CreateDocument", Access::User),
    ("carrel.sync.v1.DocumentService/GetDocument", Access::User),
    ("carrel.sync.v1.DocumentService/ApplyUpdate", Access::User),
    ("carrel.sync.v1.DocumentService/ListDocuments", Access::User),
    ("carrel.sync.v1.DocumentService/AddMember", Access::User),
    ("carrel.sync.v1.DocumentService/CompactDocument", Access::User),
    ("carrel.sync.v1.DocumentService/DeleteDocument", Access::User),
    ("carrel.sync.v1.DocumentService/RenameDocument", Access::User),
    ("carrel.sync.v1.DocumentService/ExportDocument", Access::User),
    ("carrel.sync.v1.DocumentService/ImportDocument", Access::User),
    ("carrel.sync.v1.DocumentService/CreateVersion", Access::User),
    ("carrel.sync.v1.DocumentService/ListVersions", Access::User),
    ("carrel.sync.v1.DocumentService/GetVersion", Access::User),
    ("carrel.sync.v1.DocumentService/RestoreVersion", Access::User),
    ("carrel.sync.v1.DocumentService/DeleteVersion", Access::User),
    ("carrel.sync.v1.DocumentService/Watch", Access::User),
    ("carrel.sync.v1.SpaceService/CreateSpace", Access::User),
    ("carrel.sync.v1.SpaceService/GetSpace", Access::User),
    ("carrel.sync.v1.SpaceService/ListSpaces", Access::User),
    ("carrel.sync.v1.SpaceService/RenameSpace", Access::User),
    ("carrel.sync.v1.SpaceService/SetSpaceMember", Access::User),
    ("carrel.sync.v1.SpaceService/DeleteSpace", Access::User),
    ("carrel.sync.v1.SpaceService/PutItem", Access::User),
    ("carrel.sync.v1.SpaceService/ListItems", Access::User),
    ("carrel.sync.v1.SpaceService/RemoveItem", Access::User),
    ("carrel.sync.v1.SpaceService/GetSettings", Access::User),
    ("carrel.sync.v1.SpaceService/PutSettings", Access::User),
    ("carrel.sync.v1.StewardService/EnsureDocument", Access::Service),
    ("carrel.sync.v1.StewardService/EnsureSpace", Access::Service),
    ("carrel.sync.v1.StewardService/SetRoles", Access::Service),
    ("carrel.sync.v1.StewardService/GetRoles", Access::Service),
    ("carrel.sync.v1.StewardService/PlaceDocument", Access::Service),
    ("carrel.sync.v1.StewardService/Discard", Access::Service),
    ("carrel.notes.v1.NotesService/OpenNotes", Access::User),
    ("carrel.notes.v1.NotesService/CreateDocumentTicket", Access::User),
];

/// The access of a gRPC path (`/carrel.auth.v1.AuthService/Login`) or of its JSON mirror
/// (`/api/v1/AuthService/Login`); `None` for anything unknown.
pub fn of_path(path: &str) -> Option<Access> {
    let (service, method) = path.rsplit_once('/')?;
    let matches = |listed: &str| {
        let Some((listed_service, listed_method)) = listed.split_once('/') else { return false };
        let short = listed_service.rsplit('.').next().unwrap_or(listed_service);
        listed_method == method
            && (service.strip_prefix('/') == Some(listed_service)
                || service.strip_prefix("/api/v1/") == Some(short))
    };
    METHODS.iter().find(|(listed, _)| matches(listed)).map(|(_, access)| *access)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;
    use std::collections::BTreeSet;

    #[test]
    fn every_method_of_the_descriptors_is_listed_once_and_no_other() {
        let set = prost_types::FileDescriptorSet::decode(crate::FILE_DESCRIPTOR_SET).expect("descriptors");
        let mut described = BTreeSet::new();
        for file in &set.file {
            for service in &file.service {
                for method in &service.method {
                    described.insert(format!("{}.{}/{}", file.package(), service.name(), method.name()));
                }
            }
        }
        let listed: BTreeSet<String> = METHODS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed.len(), METHODS.len(), "a method is listed twice");
        assert_eq!(listed, described);
    }

    #[test]
    fn both_spellings_of_a_path_are_found_and_others_are_not() {
        assert_eq!(of_path("/carrel.auth.v1.AuthService/Login"), Some(Access::Public));
        assert_eq!(of_path("/api/v1/AuthService/Login"), Some(Access::Public));
        assert_eq!(of_path("/api/v1/AccountService/CreateUser"), Some(Access::Admin));
        for stranger in [
            "",
            "/",
            "/api/v1/AuthService/",
            "/api/v1/AuthService/login",
            "/AuthService/Login",
            "/api/v1/x/AuthService/Login",
        ] {
            assert_eq!(of_path(stranger), None, "{stranger}");
        }
    }
}
