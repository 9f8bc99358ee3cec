# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=… -DFOLDER=… -DPROGRAM=… -P embed.cmake: writes a .cpp that holds every *.json of FOLDER.
file(GLOB files ${FOLDER}/*.json)
set(entries "")
foreach(file IN LISTS files)
  cmake_path(GET file STEM name)
  file(READ ${file} text)
  string(APPEND entries "  if (agent == \"${name}\") {\n    return R\"muster_ddl(${text})muster_ddl\";\n  }\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from ${PROGRAM}/ddl/*.json.
#include \"${PROGRAM}/builtin_ddls.hpp\"

namespace muster::${PROGRAM} {

std::string_view builtin_ddl_text(std::string_view agent) noexcept
{
${entries}  return {};
}

}  // namespace muster::${PROGRAM}
")
