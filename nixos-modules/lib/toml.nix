# Settings to TOML text, with nothing but Nix itself, so that any Nix can render what a host will run.
#
# Tables become [sections], lists of tables [[sections]], anything deeper is written inline. `null` leaves a key out.
let
  inherit
    (builtins)
    all
    attrNames
    concatStringsSep
    filter
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isPath
    isString
    match
    toJSON
    ;

  # A derivation stands for its path.
  isTable = value: isAttrs value && !(value ? outPath);
  isTables = value: isList value && value != [] && all isTable value;
  keysOf = table: filter (key: table.${key} != null) (attrNames table);

  # JSON's escapes are TOML's as well.
  text = toJSON;
  name = key:
    if match "[A-Za-z0-9_-]+" key != null
    then key
    else text key;
  dotted = path: concatStringsSep "." (map name path);

  inline = at: value:
    if isString value
    then text value
    else if isBool value
    then
      (
        if value
        then "true"
        else "false"
      )
    else if isInt value || isFloat value
    then toJSON value
    else if isList value
    then "[" + concatStringsSep ", " (map (inline at) value) + "]"
    else if isTable value
    then
      "{ "
      + concatStringsSep ", " (map (key: "${name key} = ${inline (at ++ [key]) value.${key}}") (keysOf value))
      + " }"
    else if isAttrs value
    then text "${value}"
    else if isPath value
    then throw "${dotted at}: ${toString value} would be copied into the world-readable store; write it in quotes"
    else throw "${dotted at}: a ${builtins.typeOf value} has no form in TOML";

  lines = at: table: keys:
    map (key: "${name key} = ${inline (at ++ [key]) table.${key}}") keys;

  section = at: table: let
    keys = keysOf table;
    isPlain = key: !(isTable table.${key} || isTables table.${key});
    plain = lines at table (filter isPlain keys);
    nested = builtins.concatMap (
      key: let
        path = at ++ [key];
        value = table.${key};
      in
        if isTable value
        then ["" "[${dotted path}]"] ++ section path value
        else builtins.concatMap (one: ["" "[[${dotted path}]]"] ++ lines path one (keysOf one)) value
    ) (filter (key: !isPlain key) keys);
  in
    plain ++ nested;
in
  settings: concatStringsSep "\n" (section [] settings) + "\n"
