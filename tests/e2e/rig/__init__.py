"""The rig of the e2e tests: the appliance and the world around it, as containers on a network of their own.

    podman.py     the container engine, with labels by which leftovers are found
    lab.py        one case's world: network, addresses, everything started in it, its logs and its removal
    dns.py        authoritative DNS (Knot) for the whole name space of the case
    acme.py       an ACME server (Pebble)
    appliance.py  the product's image, run the way start_mailserver.sh runs it
    mail.py       what a mail program does: IMAP, SMTP, raw SMTP lines
    neighbour.py  another container on the network, where attacks come from
"""
