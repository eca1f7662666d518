/// XML of strangers and of the operator: Autodiscover, BIMI's logo.
#include "xml/xml.h"
#include "fuzz.h"
#include "setup/logo.h"
#include "web/client_files.h"

void fuzz::feed(std::string_view input) {
    (void)xml::parse(input);
    (void)setup::logo_fault(input);
    (void)web::read_autodiscover(input);
}
