#include "spam/filter.h"

#include <doctest/doctest.h>
