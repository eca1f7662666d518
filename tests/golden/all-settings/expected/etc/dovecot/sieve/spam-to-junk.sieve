require ["fileinto", "mailbox"];
# Rspamd adds this field and removes any that came with the mail.
if header :is "X-Spam" "Yes" {
  fileinto :create "Werbung";
}
