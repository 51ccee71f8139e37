impl serde::Serialize for ClaimReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.slot_id.is_empty() {
            len += 1;
        }
        if self.repeated_claim {
            len += 1;
        }
        if self.version != 0 {
            len += 1;
        }
        if self.boot_epoch != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ClaimReply", len)?;
        if !self.slot_id.is_empty() {
            struct_ser.serialize_field("slotId", &self.slot_id)?;
        }
        if self.repeated_claim {
            struct_ser.serialize_field("repeatedClaim", &self.repeated_claim)?;
        }
        if self.version != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("version", ToString::to_string(&self.version).as_str())?;
        }
        if self.boot_epoch != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("bootEpoch", ToString::to_string(&self.boot_epoch).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ClaimReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "slot_id",
            "slotId",
            "repeated_claim",
            "repeatedClaim",
            "version",
            "boot_epoch",
            "bootEpoch",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SlotId,
            RepeatedClaim,
            Version,
            BootEpoch,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "slotId" | "slot_id" => Ok(GeneratedField::SlotId),
                            "repeatedClaim" | "repeated_claim" => Ok(GeneratedField::RepeatedClaim),
                            "version" => Ok(GeneratedField::Version),
                            "bootEpoch" | "boot_epoch" => Ok(GeneratedField::BootEpoch),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ClaimReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ClaimReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ClaimReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut slot_id__ = None;
                let mut repeated_claim__ = None;
                let mut version__ = None;
                let mut boot_epoch__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SlotId => {
                            if slot_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slotId"));
                            }
                            slot_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RepeatedClaim => {
                            if repeated_claim__.is_some() {
                                return Err(serde::de::Error::duplicate_field("repeatedClaim"));
                            }
                            repeated_claim__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::BootEpoch => {
                            if boot_epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bootEpoch"));
                            }
                            boot_epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ClaimReply {
                    slot_id: slot_id__.unwrap_or_default(),
                    repeated_claim: repeated_claim__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    boot_epoch: boot_epoch__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ClaimReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ClaimRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.session_id.is_empty() {
            len += 1;
        }
        if self.fence != 0 {
            len += 1;
        }
        if self.slot_class != 0 {
            len += 1;
        }
        if self.egress != 0 {
            len += 1;
        }
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.user_name.is_empty() {
            len += 1;
        }
        if !self.repository.is_empty() {
            len += 1;
        }
        if self.git_token.is_some() {
            len += 1;
        }
        if self.with_environment {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ClaimRequest", len)?;
        if !self.session_id.is_empty() {
            struct_ser.serialize_field("sessionId", &self.session_id)?;
        }
        if self.fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("fence", ToString::to_string(&self.fence).as_str())?;
        }
        if self.slot_class != 0 {
            let v = super::super::session::v1::SlotClass::try_from(self.slot_class)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.slot_class)))?;
            struct_ser.serialize_field("slotClass", &v)?;
        }
        if self.egress != 0 {
            let v = super::super::session::v1::Egress::try_from(self.egress)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.egress)))?;
            struct_ser.serialize_field("egress", &v)?;
        }
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.user_name.is_empty() {
            struct_ser.serialize_field("userName", &self.user_name)?;
        }
        if !self.repository.is_empty() {
            struct_ser.serialize_field("repository", &self.repository)?;
        }
        if let Some(v) = self.git_token.as_ref() {
            struct_ser.serialize_field("gitToken", v)?;
        }
        if self.with_environment {
            struct_ser.serialize_field("withEnvironment", &self.with_environment)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ClaimRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "session_id",
            "sessionId",
            "fence",
            "slot_class",
            "slotClass",
            "egress",
            "user_id",
            "userId",
            "user_name",
            "userName",
            "repository",
            "git_token",
            "gitToken",
            "with_environment",
            "withEnvironment",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SessionId,
            Fence,
            SlotClass,
            Egress,
            UserId,
            UserName,
            Repository,
            GitToken,
            WithEnvironment,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "sessionId" | "session_id" => Ok(GeneratedField::SessionId),
                            "fence" => Ok(GeneratedField::Fence),
                            "slotClass" | "slot_class" => Ok(GeneratedField::SlotClass),
                            "egress" => Ok(GeneratedField::Egress),
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "userName" | "user_name" => Ok(GeneratedField::UserName),
                            "repository" => Ok(GeneratedField::Repository),
                            "gitToken" | "git_token" => Ok(GeneratedField::GitToken),
                            "withEnvironment" | "with_environment" => Ok(GeneratedField::WithEnvironment),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ClaimRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ClaimRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ClaimRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut session_id__ = None;
                let mut fence__ = None;
                let mut slot_class__ = None;
                let mut egress__ = None;
                let mut user_id__ = None;
                let mut user_name__ = None;
                let mut repository__ = None;
                let mut git_token__ = None;
                let mut with_environment__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SessionId => {
                            if session_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessionId"));
                            }
                            session_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fence => {
                            if fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fence"));
                            }
                            fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::SlotClass => {
                            if slot_class__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slotClass"));
                            }
                            slot_class__ = Some(map_.next_value::<super::super::session::v1::SlotClass>()? as i32);
                        }
                        GeneratedField::Egress => {
                            if egress__.is_some() {
                                return Err(serde::de::Error::duplicate_field("egress"));
                            }
                            egress__ = Some(map_.next_value::<super::super::session::v1::Egress>()? as i32);
                        }
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UserName => {
                            if user_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userName"));
                            }
                            user_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Repository => {
                            if repository__.is_some() {
                                return Err(serde::de::Error::duplicate_field("repository"));
                            }
                            repository__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GitToken => {
                            if git_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("gitToken"));
                            }
                            git_token__ = map_.next_value()?;
                        }
                        GeneratedField::WithEnvironment => {
                            if with_environment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("withEnvironment"));
                            }
                            with_environment__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ClaimRequest {
                    session_id: session_id__.unwrap_or_default(),
                    fence: fence__.unwrap_or_default(),
                    slot_class: slot_class__.unwrap_or_default(),
                    egress: egress__.unwrap_or_default(),
                    user_id: user_id__.unwrap_or_default(),
                    user_name: user_name__.unwrap_or_default(),
                    repository: repository__.unwrap_or_default(),
                    git_token: git_token__,
                    with_environment: with_environment__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ClaimRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ClassReport {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.slot_class != 0 {
            len += 1;
        }
        if self.wanted != 0 {
            len += 1;
        }
        if self.creating != 0 {
            len += 1;
        }
        if self.warm != 0 {
            len += 1;
        }
        if self.claimed != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ClassReport", len)?;
        if self.slot_class != 0 {
            let v = super::super::session::v1::SlotClass::try_from(self.slot_class)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.slot_class)))?;
            struct_ser.serialize_field("slotClass", &v)?;
        }
        if self.wanted != 0 {
            struct_ser.serialize_field("wanted", &self.wanted)?;
        }
        if self.creating != 0 {
            struct_ser.serialize_field("creating", &self.creating)?;
        }
        if self.warm != 0 {
            struct_ser.serialize_field("warm", &self.warm)?;
        }
        if self.claimed != 0 {
            struct_ser.serialize_field("claimed", &self.claimed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ClassReport {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "slot_class",
            "slotClass",
            "wanted",
            "creating",
            "warm",
            "claimed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SlotClass,
            Wanted,
            Creating,
            Warm,
            Claimed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "slotClass" | "slot_class" => Ok(GeneratedField::SlotClass),
                            "wanted" => Ok(GeneratedField::Wanted),
                            "creating" => Ok(GeneratedField::Creating),
                            "warm" => Ok(GeneratedField::Warm),
                            "claimed" => Ok(GeneratedField::Claimed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ClassReport;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ClassReport")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ClassReport, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut slot_class__ = None;
                let mut wanted__ = None;
                let mut creating__ = None;
                let mut warm__ = None;
                let mut claimed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SlotClass => {
                            if slot_class__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slotClass"));
                            }
                            slot_class__ = Some(map_.next_value::<super::super::session::v1::SlotClass>()? as i32);
                        }
                        GeneratedField::Wanted => {
                            if wanted__.is_some() {
                                return Err(serde::de::Error::duplicate_field("wanted"));
                            }
                            wanted__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Creating => {
                            if creating__.is_some() {
                                return Err(serde::de::Error::duplicate_field("creating"));
                            }
                            creating__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Warm => {
                            if warm__.is_some() {
                                return Err(serde::de::Error::duplicate_field("warm"));
                            }
                            warm__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Claimed => {
                            if claimed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("claimed"));
                            }
                            claimed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ClassReport {
                    slot_class: slot_class__.unwrap_or_default(),
                    wanted: wanted__.unwrap_or_default(),
                    creating: creating__.unwrap_or_default(),
                    warm: warm__.unwrap_or_default(),
                    claimed: claimed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ClassReport", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GitToken {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.token.is_empty() {
            len += 1;
        }
        if self.expires_at != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.GitToken", len)?;
        if !self.token.is_empty() {
            struct_ser.serialize_field("token", &self.token)?;
        }
        if self.expires_at != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("expiresAt", ToString::to_string(&self.expires_at).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GitToken {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "token",
            "expires_at",
            "expiresAt",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Token,
            ExpiresAt,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "token" => Ok(GeneratedField::Token),
                            "expiresAt" | "expires_at" => Ok(GeneratedField::ExpiresAt),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GitToken;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.GitToken")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GitToken, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut token__ = None;
                let mut expires_at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Token => {
                            if token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("token"));
                            }
                            token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExpiresAt => {
                            if expires_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("expiresAt"));
                            }
                            expires_at__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(GitToken {
                    token: token__.unwrap_or_default(),
                    expires_at: expires_at__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.GitToken", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for HeldSession {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.session_id.is_empty() {
            len += 1;
        }
        if self.fence != 0 {
            len += 1;
        }
        if !self.slot_id.is_empty() {
            len += 1;
        }
        if self.phase != 0 {
            len += 1;
        }
        if !self.phase_detail.is_empty() {
            len += 1;
        }
        if self.idle_seconds != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.HeldSession", len)?;
        if !self.session_id.is_empty() {
            struct_ser.serialize_field("sessionId", &self.session_id)?;
        }
        if self.fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("fence", ToString::to_string(&self.fence).as_str())?;
        }
        if !self.slot_id.is_empty() {
            struct_ser.serialize_field("slotId", &self.slot_id)?;
        }
        if self.phase != 0 {
            let v = Phase::try_from(self.phase)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.phase)))?;
            struct_ser.serialize_field("phase", &v)?;
        }
        if !self.phase_detail.is_empty() {
            struct_ser.serialize_field("phaseDetail", &self.phase_detail)?;
        }
        if self.idle_seconds != 0 {
            struct_ser.serialize_field("idleSeconds", &self.idle_seconds)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for HeldSession {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "session_id",
            "sessionId",
            "fence",
            "slot_id",
            "slotId",
            "phase",
            "phase_detail",
            "phaseDetail",
            "idle_seconds",
            "idleSeconds",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SessionId,
            Fence,
            SlotId,
            Phase,
            PhaseDetail,
            IdleSeconds,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "sessionId" | "session_id" => Ok(GeneratedField::SessionId),
                            "fence" => Ok(GeneratedField::Fence),
                            "slotId" | "slot_id" => Ok(GeneratedField::SlotId),
                            "phase" => Ok(GeneratedField::Phase),
                            "phaseDetail" | "phase_detail" => Ok(GeneratedField::PhaseDetail),
                            "idleSeconds" | "idle_seconds" => Ok(GeneratedField::IdleSeconds),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = HeldSession;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.HeldSession")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<HeldSession, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut session_id__ = None;
                let mut fence__ = None;
                let mut slot_id__ = None;
                let mut phase__ = None;
                let mut phase_detail__ = None;
                let mut idle_seconds__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SessionId => {
                            if session_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessionId"));
                            }
                            session_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fence => {
                            if fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fence"));
                            }
                            fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::SlotId => {
                            if slot_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slotId"));
                            }
                            slot_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Phase => {
                            if phase__.is_some() {
                                return Err(serde::de::Error::duplicate_field("phase"));
                            }
                            phase__ = Some(map_.next_value::<Phase>()? as i32);
                        }
                        GeneratedField::PhaseDetail => {
                            if phase_detail__.is_some() {
                                return Err(serde::de::Error::duplicate_field("phaseDetail"));
                            }
                            phase_detail__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdleSeconds => {
                            if idle_seconds__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idleSeconds"));
                            }
                            idle_seconds__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(HeldSession {
                    session_id: session_id__.unwrap_or_default(),
                    fence: fence__.unwrap_or_default(),
                    slot_id: slot_id__.unwrap_or_default(),
                    phase: phase__.unwrap_or_default(),
                    phase_detail: phase_detail__.unwrap_or_default(),
                    idle_seconds: idle_seconds__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.HeldSession", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListNodesReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.nodes.is_empty() {
            len += 1;
        }
        if self.version != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ListNodesReply", len)?;
        if !self.nodes.is_empty() {
            struct_ser.serialize_field("nodes", &self.nodes)?;
        }
        if self.version != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("version", ToString::to_string(&self.version).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListNodesReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "nodes",
            "version",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Nodes,
            Version,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "nodes" => Ok(GeneratedField::Nodes),
                            "version" => Ok(GeneratedField::Version),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListNodesReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ListNodesReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListNodesReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut nodes__ = None;
                let mut version__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Nodes => {
                            if nodes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nodes"));
                            }
                            nodes__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ListNodesReply {
                    nodes: nodes__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ListNodesReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListNodesRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.known != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ListNodesRequest", len)?;
        if self.known != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("known", ToString::to_string(&self.known).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListNodesRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "known",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Known,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "known" => Ok(GeneratedField::Known),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListNodesRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ListNodesRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListNodesRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut known__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Known => {
                            if known__.is_some() {
                                return Err(serde::de::Error::duplicate_field("known"));
                            }
                            known__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ListNodesRequest {
                    known: known__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ListNodesRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListSlotsReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.slots.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ListSlotsReply", len)?;
        if !self.slots.is_empty() {
            struct_ser.serialize_field("slots", &self.slots)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListSlotsReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "slots",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Slots,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "slots" => Ok(GeneratedField::Slots),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListSlotsReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ListSlotsReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListSlotsReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut slots__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Slots => {
                            if slots__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slots"));
                            }
                            slots__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListSlotsReply {
                    slots: slots__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ListSlotsReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListSlotsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("carrel.compute.v1.ListSlotsRequest", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListSlotsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListSlotsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ListSlotsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListSlotsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(ListSlotsRequest {
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ListSlotsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for MintGitTokenRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.session_id.is_empty() {
            len += 1;
        }
        if self.fence != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.MintGitTokenRequest", len)?;
        if !self.session_id.is_empty() {
            struct_ser.serialize_field("sessionId", &self.session_id)?;
        }
        if self.fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("fence", ToString::to_string(&self.fence).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for MintGitTokenRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "session_id",
            "sessionId",
            "fence",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SessionId,
            Fence,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "sessionId" | "session_id" => Ok(GeneratedField::SessionId),
                            "fence" => Ok(GeneratedField::Fence),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = MintGitTokenRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.MintGitTokenRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<MintGitTokenRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut session_id__ = None;
                let mut fence__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SessionId => {
                            if session_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessionId"));
                            }
                            session_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fence => {
                            if fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fence"));
                            }
                            fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(MintGitTokenRequest {
                    session_id: session_id__.unwrap_or_default(),
                    fence: fence__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.MintGitTokenRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Node {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.health.is_empty() {
            len += 1;
        }
        if self.draining {
            len += 1;
        }
        if self.last_report != 0 {
            len += 1;
        }
        if self.report.is_some() {
            len += 1;
        }
        if self.quarantine.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.Node", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.health.is_empty() {
            struct_ser.serialize_field("health", &self.health)?;
        }
        if self.draining {
            struct_ser.serialize_field("draining", &self.draining)?;
        }
        if self.last_report != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("lastReport", ToString::to_string(&self.last_report).as_str())?;
        }
        if let Some(v) = self.report.as_ref() {
            struct_ser.serialize_field("report", v)?;
        }
        if let Some(v) = self.quarantine.as_ref() {
            struct_ser.serialize_field("quarantine", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Node {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "health",
            "draining",
            "last_report",
            "lastReport",
            "report",
            "quarantine",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Health,
            Draining,
            LastReport,
            Report,
            Quarantine,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "health" => Ok(GeneratedField::Health),
                            "draining" => Ok(GeneratedField::Draining),
                            "lastReport" | "last_report" => Ok(GeneratedField::LastReport),
                            "report" => Ok(GeneratedField::Report),
                            "quarantine" => Ok(GeneratedField::Quarantine),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Node;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.Node")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Node, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut health__ = None;
                let mut draining__ = None;
                let mut last_report__ = None;
                let mut report__ = None;
                let mut quarantine__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Health => {
                            if health__.is_some() {
                                return Err(serde::de::Error::duplicate_field("health"));
                            }
                            health__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Draining => {
                            if draining__.is_some() {
                                return Err(serde::de::Error::duplicate_field("draining"));
                            }
                            draining__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LastReport => {
                            if last_report__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lastReport"));
                            }
                            last_report__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Report => {
                            if report__.is_some() {
                                return Err(serde::de::Error::duplicate_field("report"));
                            }
                            report__ = map_.next_value()?;
                        }
                        GeneratedField::Quarantine => {
                            if quarantine__.is_some() {
                                return Err(serde::de::Error::duplicate_field("quarantine"));
                            }
                            quarantine__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Node {
                    id: id__.unwrap_or_default(),
                    health: health__.unwrap_or_default(),
                    draining: draining__.unwrap_or_default(),
                    last_report: last_report__.unwrap_or_default(),
                    report: report__,
                    quarantine: quarantine__,
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.Node", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NodeReport {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.node_id.is_empty() {
            len += 1;
        }
        if self.boot_epoch != 0 {
            len += 1;
        }
        if self.version != 0 {
            len += 1;
        }
        if !self.control_url.is_empty() {
            len += 1;
        }
        if !self.direct_url.is_empty() {
            len += 1;
        }
        if self.draining {
            len += 1;
        }
        if !self.refusing.is_empty() {
            len += 1;
        }
        if !self.classes.is_empty() {
            len += 1;
        }
        if !self.sessions.is_empty() {
            len += 1;
        }
        if self.highest_fence != 0 {
            len += 1;
        }
        if !self.runtime.is_empty() {
            len += 1;
        }
        if self.threads != 0 {
            len += 1;
        }
        if self.memory_bytes != 0 {
            len += 1;
        }
        if !self.clamped.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.NodeReport", len)?;
        if !self.node_id.is_empty() {
            struct_ser.serialize_field("nodeId", &self.node_id)?;
        }
        if self.boot_epoch != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("bootEpoch", ToString::to_string(&self.boot_epoch).as_str())?;
        }
        if self.version != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("version", ToString::to_string(&self.version).as_str())?;
        }
        if !self.control_url.is_empty() {
            struct_ser.serialize_field("controlUrl", &self.control_url)?;
        }
        if !self.direct_url.is_empty() {
            struct_ser.serialize_field("directUrl", &self.direct_url)?;
        }
        if self.draining {
            struct_ser.serialize_field("draining", &self.draining)?;
        }
        if !self.refusing.is_empty() {
            struct_ser.serialize_field("refusing", &self.refusing)?;
        }
        if !self.classes.is_empty() {
            struct_ser.serialize_field("classes", &self.classes)?;
        }
        if !self.sessions.is_empty() {
            struct_ser.serialize_field("sessions", &self.sessions)?;
        }
        if self.highest_fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("highestFence", ToString::to_string(&self.highest_fence).as_str())?;
        }
        if !self.runtime.is_empty() {
            struct_ser.serialize_field("runtime", &self.runtime)?;
        }
        if self.threads != 0 {
            struct_ser.serialize_field("threads", &self.threads)?;
        }
        if self.memory_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("memoryBytes", ToString::to_string(&self.memory_bytes).as_str())?;
        }
        if !self.clamped.is_empty() {
            struct_ser.serialize_field("clamped", &self.clamped)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NodeReport {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "node_id",
            "nodeId",
            "boot_epoch",
            "bootEpoch",
            "version",
            "control_url",
            "controlUrl",
            "direct_url",
            "directUrl",
            "draining",
            "refusing",
            "classes",
            "sessions",
            "highest_fence",
            "highestFence",
            "runtime",
            "threads",
            "memory_bytes",
            "memoryBytes",
            "clamped",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            NodeId,
            BootEpoch,
            Version,
            ControlUrl,
            DirectUrl,
            Draining,
            Refusing,
            Classes,
            Sessions,
            HighestFence,
            Runtime,
            Threads,
            MemoryBytes,
            Clamped,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "nodeId" | "node_id" => Ok(GeneratedField::NodeId),
                            "bootEpoch" | "boot_epoch" => Ok(GeneratedField::BootEpoch),
                            "version" => Ok(GeneratedField::Version),
                            "controlUrl" | "control_url" => Ok(GeneratedField::ControlUrl),
                            "directUrl" | "direct_url" => Ok(GeneratedField::DirectUrl),
                            "draining" => Ok(GeneratedField::Draining),
                            "refusing" => Ok(GeneratedField::Refusing),
                            "classes" => Ok(GeneratedField::Classes),
                            "sessions" => Ok(GeneratedField::Sessions),
                            "highestFence" | "highest_fence" => Ok(GeneratedField::HighestFence),
                            "runtime" => Ok(GeneratedField::Runtime),
                            "threads" => Ok(GeneratedField::Threads),
                            "memoryBytes" | "memory_bytes" => Ok(GeneratedField::MemoryBytes),
                            "clamped" => Ok(GeneratedField::Clamped),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NodeReport;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.NodeReport")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NodeReport, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut node_id__ = None;
                let mut boot_epoch__ = None;
                let mut version__ = None;
                let mut control_url__ = None;
                let mut direct_url__ = None;
                let mut draining__ = None;
                let mut refusing__ = None;
                let mut classes__ = None;
                let mut sessions__ = None;
                let mut highest_fence__ = None;
                let mut runtime__ = None;
                let mut threads__ = None;
                let mut memory_bytes__ = None;
                let mut clamped__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::NodeId => {
                            if node_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nodeId"));
                            }
                            node_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::BootEpoch => {
                            if boot_epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bootEpoch"));
                            }
                            boot_epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ControlUrl => {
                            if control_url__.is_some() {
                                return Err(serde::de::Error::duplicate_field("controlUrl"));
                            }
                            control_url__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DirectUrl => {
                            if direct_url__.is_some() {
                                return Err(serde::de::Error::duplicate_field("directUrl"));
                            }
                            direct_url__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Draining => {
                            if draining__.is_some() {
                                return Err(serde::de::Error::duplicate_field("draining"));
                            }
                            draining__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Refusing => {
                            if refusing__.is_some() {
                                return Err(serde::de::Error::duplicate_field("refusing"));
                            }
                            refusing__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Classes => {
                            if classes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("classes"));
                            }
                            classes__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Sessions => {
                            if sessions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessions"));
                            }
                            sessions__ = Some(map_.next_value()?);
                        }
                        GeneratedField::HighestFence => {
                            if highest_fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("highestFence"));
                            }
                            highest_fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Runtime => {
                            if runtime__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runtime"));
                            }
                            runtime__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Threads => {
                            if threads__.is_some() {
                                return Err(serde::de::Error::duplicate_field("threads"));
                            }
                            threads__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::MemoryBytes => {
                            if memory_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("memoryBytes"));
                            }
                            memory_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Clamped => {
                            if clamped__.is_some() {
                                return Err(serde::de::Error::duplicate_field("clamped"));
                            }
                            clamped__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(NodeReport {
                    node_id: node_id__.unwrap_or_default(),
                    boot_epoch: boot_epoch__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    control_url: control_url__.unwrap_or_default(),
                    direct_url: direct_url__.unwrap_or_default(),
                    draining: draining__.unwrap_or_default(),
                    refusing: refusing__.unwrap_or_default(),
                    classes: classes__.unwrap_or_default(),
                    sessions: sessions__.unwrap_or_default(),
                    highest_fence: highest_fence__.unwrap_or_default(),
                    runtime: runtime__.unwrap_or_default(),
                    threads: threads__.unwrap_or_default(),
                    memory_bytes: memory_bytes__.unwrap_or_default(),
                    clamped: clamped__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.NodeReport", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Phase {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "PHASE_UNSPECIFIED",
            Self::Cloning => "PHASE_CLONING",
            Self::Environment => "PHASE_ENVIRONMENT",
            Self::Ready => "PHASE_READY",
            Self::Failed => "PHASE_FAILED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for Phase {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "PHASE_UNSPECIFIED",
            "PHASE_CLONING",
            "PHASE_ENVIRONMENT",
            "PHASE_READY",
            "PHASE_FAILED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = Phase;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "PHASE_UNSPECIFIED" => Ok(Phase::Unspecified),
                    "PHASE_CLONING" => Ok(Phase::Cloning),
                    "PHASE_ENVIRONMENT" => Ok(Phase::Environment),
                    "PHASE_READY" => Ok(Phase::Ready),
                    "PHASE_FAILED" => Ok(Phase::Failed),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Quarantine {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.reason.is_empty() {
            len += 1;
        }
        if self.since != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.Quarantine", len)?;
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if self.since != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("since", ToString::to_string(&self.since).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Quarantine {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "reason",
            "since",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Reason,
            Since,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "reason" => Ok(GeneratedField::Reason),
                            "since" => Ok(GeneratedField::Since),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Quarantine;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.Quarantine")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Quarantine, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut reason__ = None;
                let mut since__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Since => {
                            if since__.is_some() {
                                return Err(serde::de::Error::duplicate_field("since"));
                            }
                            since__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Quarantine {
                    reason: reason__.unwrap_or_default(),
                    since: since__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.Quarantine", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReconcileReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.released.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ReconcileReply", len)?;
        if !self.released.is_empty() {
            struct_ser.serialize_field("released", &self.released)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReconcileReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "released",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Released,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "released" => Ok(GeneratedField::Released),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReconcileReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ReconcileReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReconcileReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut released__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Released => {
                            if released__.is_some() {
                                return Err(serde::de::Error::duplicate_field("released"));
                            }
                            released__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ReconcileReply {
                    released: released__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ReconcileReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReconcileRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.generation != 0 {
            len += 1;
        }
        if !self.sessions.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ReconcileRequest", len)?;
        if self.generation != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("generation", ToString::to_string(&self.generation).as_str())?;
        }
        if !self.sessions.is_empty() {
            struct_ser.serialize_field("sessions", &self.sessions)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReconcileRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "generation",
            "sessions",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Generation,
            Sessions,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "generation" => Ok(GeneratedField::Generation),
                            "sessions" => Ok(GeneratedField::Sessions),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReconcileRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ReconcileRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReconcileRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut generation__ = None;
                let mut sessions__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Generation => {
                            if generation__.is_some() {
                                return Err(serde::de::Error::duplicate_field("generation"));
                            }
                            generation__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Sessions => {
                            if sessions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessions"));
                            }
                            sessions__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ReconcileRequest {
                    generation: generation__.unwrap_or_default(),
                    sessions: sessions__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ReconcileRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReleaseReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.was_held {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ReleaseReply", len)?;
        if self.was_held {
            struct_ser.serialize_field("wasHeld", &self.was_held)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReleaseReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "was_held",
            "wasHeld",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WasHeld,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "wasHeld" | "was_held" => Ok(GeneratedField::WasHeld),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReleaseReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ReleaseReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReleaseReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut was_held__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WasHeld => {
                            if was_held__.is_some() {
                                return Err(serde::de::Error::duplicate_field("wasHeld"));
                            }
                            was_held__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ReleaseReply {
                    was_held: was_held__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ReleaseReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReleaseRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.session_id.is_empty() {
            len += 1;
        }
        if self.fence != 0 {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ReleaseRequest", len)?;
        if !self.session_id.is_empty() {
            struct_ser.serialize_field("sessionId", &self.session_id)?;
        }
        if self.fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("fence", ToString::to_string(&self.fence).as_str())?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReleaseRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "session_id",
            "sessionId",
            "fence",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SessionId,
            Fence,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "sessionId" | "session_id" => Ok(GeneratedField::SessionId),
                            "fence" => Ok(GeneratedField::Fence),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReleaseRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ReleaseRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReleaseRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut session_id__ = None;
                let mut fence__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SessionId => {
                            if session_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessionId"));
                            }
                            session_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fence => {
                            if fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fence"));
                            }
                            fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ReleaseRequest {
                    session_id: session_id__.unwrap_or_default(),
                    fence: fence__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ReleaseRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReportReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.drain {
            len += 1;
        }
        if self.interval_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.ReportReply", len)?;
        if self.drain {
            struct_ser.serialize_field("drain", &self.drain)?;
        }
        if self.interval_ms != 0 {
            struct_ser.serialize_field("intervalMs", &self.interval_ms)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReportReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "drain",
            "interval_ms",
            "intervalMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Drain,
            IntervalMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "drain" => Ok(GeneratedField::Drain),
                            "intervalMs" | "interval_ms" => Ok(GeneratedField::IntervalMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReportReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.ReportReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReportReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut drain__ = None;
                let mut interval_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Drain => {
                            if drain__.is_some() {
                                return Err(serde::de::Error::duplicate_field("drain"));
                            }
                            drain__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IntervalMs => {
                            if interval_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("intervalMs"));
                            }
                            interval_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ReportReply {
                    drain: drain__.unwrap_or_default(),
                    interval_ms: interval_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.ReportReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SessionFence {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.session_id.is_empty() {
            len += 1;
        }
        if self.fence != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.SessionFence", len)?;
        if !self.session_id.is_empty() {
            struct_ser.serialize_field("sessionId", &self.session_id)?;
        }
        if self.fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("fence", ToString::to_string(&self.fence).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SessionFence {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "session_id",
            "sessionId",
            "fence",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            SessionId,
            Fence,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "sessionId" | "session_id" => Ok(GeneratedField::SessionId),
                            "fence" => Ok(GeneratedField::Fence),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SessionFence;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.SessionFence")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SessionFence, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut session_id__ = None;
                let mut fence__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::SessionId => {
                            if session_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessionId"));
                            }
                            session_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fence => {
                            if fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fence"));
                            }
                            fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(SessionFence {
                    session_id: session_id__.unwrap_or_default(),
                    fence: fence__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.SessionFence", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetDrainReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.sessions != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.SetDrainReply", len)?;
        if self.sessions != 0 {
            struct_ser.serialize_field("sessions", &self.sessions)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetDrainReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "sessions",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Sessions,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "sessions" => Ok(GeneratedField::Sessions),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetDrainReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.SetDrainReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetDrainReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut sessions__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Sessions => {
                            if sessions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessions"));
                            }
                            sessions__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(SetDrainReply {
                    sessions: sessions__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.SetDrainReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetDrainRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.drain {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.SetDrainRequest", len)?;
        if self.drain {
            struct_ser.serialize_field("drain", &self.drain)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetDrainRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "drain",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Drain,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "drain" => Ok(GeneratedField::Drain),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetDrainRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.SetDrainRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetDrainRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut drain__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Drain => {
                            if drain__.is_some() {
                                return Err(serde::de::Error::duplicate_field("drain"));
                            }
                            drain__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SetDrainRequest {
                    drain: drain__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.SetDrainRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetNodeDrainRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.node_id.is_empty() {
            len += 1;
        }
        if self.drain {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.SetNodeDrainRequest", len)?;
        if !self.node_id.is_empty() {
            struct_ser.serialize_field("nodeId", &self.node_id)?;
        }
        if self.drain {
            struct_ser.serialize_field("drain", &self.drain)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetNodeDrainRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "node_id",
            "nodeId",
            "drain",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            NodeId,
            Drain,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "nodeId" | "node_id" => Ok(GeneratedField::NodeId),
                            "drain" => Ok(GeneratedField::Drain),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetNodeDrainRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.SetNodeDrainRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetNodeDrainRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut node_id__ = None;
                let mut drain__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::NodeId => {
                            if node_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nodeId"));
                            }
                            node_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Drain => {
                            if drain__.is_some() {
                                return Err(serde::de::Error::duplicate_field("drain"));
                            }
                            drain__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SetNodeDrainRequest {
                    node_id: node_id__.unwrap_or_default(),
                    drain: drain__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.SetNodeDrainRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetNodeQuarantineRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.node_id.is_empty() {
            len += 1;
        }
        if self.quarantine {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.SetNodeQuarantineRequest", len)?;
        if !self.node_id.is_empty() {
            struct_ser.serialize_field("nodeId", &self.node_id)?;
        }
        if self.quarantine {
            struct_ser.serialize_field("quarantine", &self.quarantine)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetNodeQuarantineRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "node_id",
            "nodeId",
            "quarantine",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            NodeId,
            Quarantine,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "nodeId" | "node_id" => Ok(GeneratedField::NodeId),
                            "quarantine" => Ok(GeneratedField::Quarantine),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetNodeQuarantineRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.SetNodeQuarantineRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetNodeQuarantineRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut node_id__ = None;
                let mut quarantine__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::NodeId => {
                            if node_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nodeId"));
                            }
                            node_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Quarantine => {
                            if quarantine__.is_some() {
                                return Err(serde::de::Error::duplicate_field("quarantine"));
                            }
                            quarantine__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SetNodeQuarantineRequest {
                    node_id: node_id__.unwrap_or_default(),
                    quarantine: quarantine__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.SetNodeQuarantineRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Slot {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if self.slot_class != 0 {
            len += 1;
        }
        if self.state != 0 {
            len += 1;
        }
        if !self.session_id.is_empty() {
            len += 1;
        }
        if self.fence != 0 {
            len += 1;
        }
        if self.usage.is_some() {
            len += 1;
        }
        if self.phase != 0 {
            len += 1;
        }
        if !self.phase_detail.is_empty() {
            len += 1;
        }
        if self.since != 0 {
            len += 1;
        }
        if !self.cpuset.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.Slot", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if self.slot_class != 0 {
            let v = super::super::session::v1::SlotClass::try_from(self.slot_class)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.slot_class)))?;
            struct_ser.serialize_field("slotClass", &v)?;
        }
        if self.state != 0 {
            let v = SlotState::try_from(self.state)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.state)))?;
            struct_ser.serialize_field("state", &v)?;
        }
        if !self.session_id.is_empty() {
            struct_ser.serialize_field("sessionId", &self.session_id)?;
        }
        if self.fence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("fence", ToString::to_string(&self.fence).as_str())?;
        }
        if let Some(v) = self.usage.as_ref() {
            struct_ser.serialize_field("usage", v)?;
        }
        if self.phase != 0 {
            let v = Phase::try_from(self.phase)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.phase)))?;
            struct_ser.serialize_field("phase", &v)?;
        }
        if !self.phase_detail.is_empty() {
            struct_ser.serialize_field("phaseDetail", &self.phase_detail)?;
        }
        if self.since != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("since", ToString::to_string(&self.since).as_str())?;
        }
        if !self.cpuset.is_empty() {
            struct_ser.serialize_field("cpuset", &self.cpuset)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Slot {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "slot_class",
            "slotClass",
            "state",
            "session_id",
            "sessionId",
            "fence",
            "usage",
            "phase",
            "phase_detail",
            "phaseDetail",
            "since",
            "cpuset",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            SlotClass,
            State,
            SessionId,
            Fence,
            Usage,
            Phase,
            PhaseDetail,
            Since,
            Cpuset,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "slotClass" | "slot_class" => Ok(GeneratedField::SlotClass),
                            "state" => Ok(GeneratedField::State),
                            "sessionId" | "session_id" => Ok(GeneratedField::SessionId),
                            "fence" => Ok(GeneratedField::Fence),
                            "usage" => Ok(GeneratedField::Usage),
                            "phase" => Ok(GeneratedField::Phase),
                            "phaseDetail" | "phase_detail" => Ok(GeneratedField::PhaseDetail),
                            "since" => Ok(GeneratedField::Since),
                            "cpuset" => Ok(GeneratedField::Cpuset),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Slot;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.Slot")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Slot, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut slot_class__ = None;
                let mut state__ = None;
                let mut session_id__ = None;
                let mut fence__ = None;
                let mut usage__ = None;
                let mut phase__ = None;
                let mut phase_detail__ = None;
                let mut since__ = None;
                let mut cpuset__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SlotClass => {
                            if slot_class__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slotClass"));
                            }
                            slot_class__ = Some(map_.next_value::<super::super::session::v1::SlotClass>()? as i32);
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value::<SlotState>()? as i32);
                        }
                        GeneratedField::SessionId => {
                            if session_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sessionId"));
                            }
                            session_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fence => {
                            if fence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fence"));
                            }
                            fence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Usage => {
                            if usage__.is_some() {
                                return Err(serde::de::Error::duplicate_field("usage"));
                            }
                            usage__ = map_.next_value()?;
                        }
                        GeneratedField::Phase => {
                            if phase__.is_some() {
                                return Err(serde::de::Error::duplicate_field("phase"));
                            }
                            phase__ = Some(map_.next_value::<Phase>()? as i32);
                        }
                        GeneratedField::PhaseDetail => {
                            if phase_detail__.is_some() {
                                return Err(serde::de::Error::duplicate_field("phaseDetail"));
                            }
                            phase_detail__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Since => {
                            if since__.is_some() {
                                return Err(serde::de::Error::duplicate_field("since"));
                            }
                            since__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cpuset => {
                            if cpuset__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cpuset"));
                            }
                            cpuset__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Slot {
                    id: id__.unwrap_or_default(),
                    slot_class: slot_class__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    session_id: session_id__.unwrap_or_default(),
                    fence: fence__.unwrap_or_default(),
                    usage: usage__,
                    phase: phase__.unwrap_or_default(),
                    phase_detail: phase_detail__.unwrap_or_default(),
                    since: since__.unwrap_or_default(),
                    cpuset: cpuset__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.Slot", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SlotChange {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.slot.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.SlotChange", len)?;
        if let Some(v) = self.slot.as_ref() {
            struct_ser.serialize_field("slot", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SlotChange {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "slot",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Slot,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "slot" => Ok(GeneratedField::Slot),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SlotChange;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.SlotChange")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SlotChange, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut slot__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Slot => {
                            if slot__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slot"));
                            }
                            slot__ = map_.next_value()?;
                        }
                    }
                }
                Ok(SlotChange {
                    slot: slot__,
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.SlotChange", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SlotState {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "SLOT_STATE_UNSPECIFIED",
            Self::Creating => "SLOT_STATE_CREATING",
            Self::Warm => "SLOT_STATE_WARM",
            Self::Claimed => "SLOT_STATE_CLAIMED",
            Self::Draining => "SLOT_STATE_DRAINING",
            Self::Gone => "SLOT_STATE_GONE",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for SlotState {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "SLOT_STATE_UNSPECIFIED",
            "SLOT_STATE_CREATING",
            "SLOT_STATE_WARM",
            "SLOT_STATE_CLAIMED",
            "SLOT_STATE_DRAINING",
            "SLOT_STATE_GONE",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = SlotState;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "SLOT_STATE_UNSPECIFIED" => Ok(SlotState::Unspecified),
                    "SLOT_STATE_CREATING" => Ok(SlotState::Creating),
                    "SLOT_STATE_WARM" => Ok(SlotState::Warm),
                    "SLOT_STATE_CLAIMED" => Ok(SlotState::Claimed),
                    "SLOT_STATE_DRAINING" => Ok(SlotState::Draining),
                    "SLOT_STATE_GONE" => Ok(SlotState::Gone),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Usage {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.cpu_usec != 0 {
            len += 1;
        }
        if self.memory_bytes != 0 {
            len += 1;
        }
        if self.memory_limit_bytes != 0 {
            len += 1;
        }
        if self.pids != 0 {
            len += 1;
        }
        if self.disk_bytes != 0 {
            len += 1;
        }
        if self.disk_limit_bytes != 0 {
            len += 1;
        }
        if self.tunnel_in_bytes != 0 {
            len += 1;
        }
        if self.tunnel_out_bytes != 0 {
            len += 1;
        }
        if self.egress_bytes != 0 {
            len += 1;
        }
        if self.idle_seconds != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("carrel.compute.v1.Usage", len)?;
        if self.cpu_usec != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cpuUsec", ToString::to_string(&self.cpu_usec).as_str())?;
        }
        if self.memory_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("memoryBytes", ToString::to_string(&self.memory_bytes).as_str())?;
        }
        if self.memory_limit_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("memoryLimitBytes", ToString::to_string(&self.memory_limit_bytes).as_str())?;
        }
        if self.pids != 0 {
            struct_ser.serialize_field("pids", &self.pids)?;
        }
        if self.disk_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("diskBytes", ToString::to_string(&self.disk_bytes).as_str())?;
        }
        if self.disk_limit_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("diskLimitBytes", ToString::to_string(&self.disk_limit_bytes).as_str())?;
        }
        if self.tunnel_in_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("tunnelInBytes", ToString::to_string(&self.tunnel_in_bytes).as_str())?;
        }
        if self.tunnel_out_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("tunnelOutBytes", ToString::to_string(&self.tunnel_out_bytes).as_str())?;
        }
        if self.egress_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("egressBytes", ToString::to_string(&self.egress_bytes).as_str())?;
        }
        if self.idle_seconds != 0 {
            struct_ser.serialize_field("idleSeconds", &self.idle_seconds)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Usage {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "cpu_usec",
            "cpuUsec",
            "memory_bytes",
            "memoryBytes",
            "memory_limit_bytes",
            "memoryLimitBytes",
            "pids",
            "disk_bytes",
            "diskBytes",
            "disk_limit_bytes",
            "diskLimitBytes",
            "tunnel_in_bytes",
            "tunnelInBytes",
            "tunnel_out_bytes",
            "tunnelOutBytes",
            "egress_bytes",
            "egressBytes",
            "idle_seconds",
            "idleSeconds",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            CpuUsec,
            MemoryBytes,
            MemoryLimitBytes,
            Pids,
            DiskBytes,
            DiskLimitBytes,
            TunnelInBytes,
            TunnelOutBytes,
            EgressBytes,
            IdleSeconds,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "cpuUsec" | "cpu_usec" => Ok(GeneratedField::CpuUsec),
                            "memoryBytes" | "memory_bytes" => Ok(GeneratedField::MemoryBytes),
                            "memoryLimitBytes" | "memory_limit_bytes" => Ok(GeneratedField::MemoryLimitBytes),
                            "pids" => Ok(GeneratedField::Pids),
                            "diskBytes" | "disk_bytes" => Ok(GeneratedField::DiskBytes),
                            "diskLimitBytes" | "disk_limit_bytes" => Ok(GeneratedField::DiskLimitBytes),
                            "tunnelInBytes" | "tunnel_in_bytes" => Ok(GeneratedField::TunnelInBytes),
                            "tunnelOutBytes" | "tunnel_out_bytes" => Ok(GeneratedField::TunnelOutBytes),
                            "egressBytes" | "egress_bytes" => Ok(GeneratedField::EgressBytes),
                            "idleSeconds" | "idle_seconds" => Ok(GeneratedField::IdleSeconds),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Usage;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.Usage")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Usage, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut cpu_usec__ = None;
                let mut memory_bytes__ = None;
                let mut memory_limit_bytes__ = None;
                let mut pids__ = None;
                let mut disk_bytes__ = None;
                let mut disk_limit_bytes__ = None;
                let mut tunnel_in_bytes__ = None;
                let mut tunnel_out_bytes__ = None;
                let mut egress_bytes__ = None;
                let mut idle_seconds__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::CpuUsec => {
                            if cpu_usec__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cpuUsec"));
                            }
                            cpu_usec__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::MemoryBytes => {
                            if memory_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("memoryBytes"));
                            }
                            memory_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::MemoryLimitBytes => {
                            if memory_limit_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("memoryLimitBytes"));
                            }
                            memory_limit_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Pids => {
                            if pids__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pids"));
                            }
                            pids__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DiskBytes => {
                            if disk_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("diskBytes"));
                            }
                            disk_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DiskLimitBytes => {
                            if disk_limit_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("diskLimitBytes"));
                            }
                            disk_limit_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TunnelInBytes => {
                            if tunnel_in_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tunnelInBytes"));
                            }
                            tunnel_in_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TunnelOutBytes => {
                            if tunnel_out_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tunnelOutBytes"));
                            }
                            tunnel_out_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::EgressBytes => {
                            if egress_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("egressBytes"));
                            }
                            egress_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::IdleSeconds => {
                            if idle_seconds__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idleSeconds"));
                            }
                            idle_seconds__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Usage {
                    cpu_usec: cpu_usec__.unwrap_or_default(),
                    memory_bytes: memory_bytes__.unwrap_or_default(),
                    memory_limit_bytes: memory_limit_bytes__.unwrap_or_default(),
                    pids: pids__.unwrap_or_default(),
                    disk_bytes: disk_bytes__.unwrap_or_default(),
                    disk_limit_bytes: disk_limit_bytes__.unwrap_or_default(),
                    tunnel_in_bytes: tunnel_in_bytes__.unwrap_or_default(),
                    tunnel_out_bytes: tunnel_out_bytes__.unwrap_or_default(),
                    egress_bytes: egress_bytes__.unwrap_or_default(),
                    idle_seconds: idle_seconds__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.Usage", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WatchSlotsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("carrel.compute.v1.WatchSlotsRequest", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WatchSlotsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WatchSlotsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct carrel.compute.v1.WatchSlotsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WatchSlotsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(WatchSlotsRequest {
                })
            }
        }
        deserializer.deserialize_struct("carrel.compute.v1.WatchSlotsRequest", FIELDS, GeneratedVisitor)
    }
}
