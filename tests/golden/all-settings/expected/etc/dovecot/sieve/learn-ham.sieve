require ["vnd.dovecot.pipe", "copy", "environment", "variables", "imapsieve", "special-use"];
# Runs in the user's session after a mail was taken out of the junk folder. Thrown away is not praised.
if environment :matches "imap.mailbox" "*" {
  if not anyof (specialuse_exists "${1}" "\\Trash", specialuse_exists "${1}" "\\Junk") {
    pipe :copy "learn" ["ham"];
  }
}
