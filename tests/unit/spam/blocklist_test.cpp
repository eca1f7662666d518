#include "spam/blocklist.h"

#include <doctest/doctest.h>
