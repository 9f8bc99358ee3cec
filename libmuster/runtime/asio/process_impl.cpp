// SPDX-License-Identifier: Apache-2.0
#include <boost/process/v2/src.hpp>
