#include "spam/mbox.h"

#include <doctest/doctest.h>
