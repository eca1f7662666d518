#include "spam/mail_folder.h"

#include <doctest/doctest.h>
