module deflate-writer

go 1.19
