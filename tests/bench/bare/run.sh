#!/bin/bash
# Process 1 of the bare engines: Debian's Postfix and Dovecot with the configuration beside this file, on /host.
set -e
# /etc/postfix is a link there, as in the appliance.
mkdir -p /run/mailserver/etc
cp -r /usr/share/mailserver/postfix /run/mailserver/etc
cp /bare/main.cf /etc/postfix/main.cf
cat /etc/postfix/master.cf.proto /bare/master.add >/etc/postfix/master.cf
rm -f /run/dovecot/master.pid # of the container's last run
postconf -F '*/*/chroot=n'
touch /host/passwd /host/mailboxes
cp /host/mailboxes /etc/postfix/mailboxes
postmap hash:/etc/postfix/mailboxes
[[ -f /host/certificate.pem ]] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -batch \
    -subj /CN=mail.bare.example -keyout /host/certificate.pem -out /host/certificate.crt
cat /host/certificate.pem /host/certificate.crt >/etc/postfix/certificate.pem
mkdir -p /host/mail/inboxes
chown mailuser: /host/mail/inboxes
postfix start # makes the folders of the queue, in which Dovecot's sockets are
trap 'postfix stop; kill "$dovecot"; wait "$dovecot"; exit 0' TERM
dovecot -F -c /bare/dovecot.conf &
dovecot=$!
wait "$dovecot"
