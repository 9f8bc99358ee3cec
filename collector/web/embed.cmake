# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=… -DFOLDER=… -P embed.cmake: writes a .cpp that holds every *.css and *.js of FOLDER.
file(GLOB files ${FOLDER}/*.css ${FOLDER}/*.js)
set(entries "")
foreach(file IN LISTS files)
  cmake_path(GET file FILENAME name)
  file(READ ${file} text)
  string(SHA256 digest "${text}")
  string(SUBSTRING ${digest} 0 12 digest)
  # A list of CMake would lose the semicolons of a style sheet: the text never becomes one.
  string(APPEND entries "      {\"${name}\", R\"muster_asset(${text})muster_asset\", \"${digest}\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from collector/web/assets.
#include \"collector/web/assets.hpp\"

namespace muster::collector::web {

const Asset* find_asset(std::string_view name)
{
  static constexpr Asset assets[] = {
${entries}  };
  for (const auto& asset : assets) {
    if (asset.name == name) {
      return &asset;
    }
  }
  return nullptr;
}

}  // namespace muster::collector::web
")
