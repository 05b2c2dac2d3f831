// Only marks the folder: the mod files beside this one have a version of the library each.
module deflate-writer

go 1.22
