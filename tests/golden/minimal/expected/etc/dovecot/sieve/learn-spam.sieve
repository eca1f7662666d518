require ["vnd.dovecot.pipe", "copy"];
# Runs in the user's session after a mail was put into the junk folder by hand. A failure is logged; the mail stays moved.
pipe :copy "learn" ["spam"];
