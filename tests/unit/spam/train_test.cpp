#include "spam/train.h"

#include <doctest/doctest.h>
