// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// The types of what is in a registry: an index for each version, with a manifest for each platform whose only layer is the package.
const (
	ociRelease = "application/vnd.wahost.provider.v1"
	ociPackage = "application/vnd.wahost.provider.package.v1"
	ociLayer   = "application/zip"
	// ociHash is the annotation of a manifest with the "h1:" hash of the program. ociSums and ociSignature are annotations of the index with
	// the checksums of the release and their signature, in base64. All of them may be missing.
	ociHash      = "dev.wahost.provider.hash"
	ociSums      = "dev.wahost.provider.sums"
	ociSignature = "dev.wahost.provider.signature"
)

const (
	// maxManifest bounds a manifest and an index in bytes, as registries do.
	maxManifest = 4 << 20
	maxTags     = 10_000
	maxPlatform = 100
)

// OCI is a registry of OCI artifacts, with a repository for each provider and a tag for each version.
type OCI struct {
	// Client makes the requests. NewClient returns one.
	Client     *http.Client
	Repository source.Repository
}

// String names the registry.
func (o OCI) String() string { return "OCI registry " + o.Repository.String() }

// open returns the repository of a provider. The user's credentials for it are those of Docker and of oras.
func (o OCI) open(name string) (*remote.Repository, error) {
	repository, err := remote.NewRepository(name)
	if err != nil {
		return nil, err
	}
	repository.PlainHTTP = o.Repository.Plain
	client := &auth.Client{Client: o.Client, Cache: auth.NewCache()}
	// Without a file of credentials, everything is asked anonymously.
	if store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{}); err == nil {
		client.Credential = credentials.Credential(store)
	}
	repository.Client = client
	return repository, nil
}

// Versions lists the tags that are versions.
func (o OCI) Versions(ctx context.Context, a source.Address) ([]release.Version, error) {
	repository, err := o.open(o.Repository.Of(a))
	if err != nil {
		return nil, err
	}
	var out []release.Version
	seen := 0
	err = repository.Tags(ctx, "", func(tags []string) error {
		if seen += len(tags); seen > maxTags {
			return fmt.Errorf("the repository has more than %d tags", maxTags)
		}
		for _, tag := range tags {
			if v, err := release.ParseVersion(tag); err == nil {
				out = append(out, v)
			}
		}
		return nil
	})
	if err := ociError(err); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, ErrNotOffered
	}
	return out, nil
}

// ociError returns ErrNotOffered for the answer that something does not exist.
func ociError(err error) error {
	var answer *errcode.ErrorResponse
	switch {
	case errors.Is(err, errdef.ErrNotFound), errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound:
		return ErrNotOffered
	case errors.As(err, &answer) && answer.StatusCode >= 400 && answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests:
		return permanentError{err}
	}
	return err
}

// Release reads the index of a version and its manifests.
func (o OCI) Release(ctx context.Context, a source.Address, v release.Version) (*release.Release, error) {
	name := o.Repository.Of(a)
	repository, err := o.open(name)
	if err != nil {
		return nil, err
	}
	descriptor, err := repository.Resolve(ctx, v.String())
	if err := ociError(err); err != nil {
		return nil, err
	}
	var index ocispec.Index
	if err := o.read(ctx, repository, descriptor, &index); err != nil {
		return nil, err
	}
	fail := func(format string, args ...any) (*release.Release, error) {
		return nil, fmt.Errorf("%s:%s %s", name, v, fmt.Sprintf(format, args...))
	}
	if descriptor.MediaType != ocispec.MediaTypeImageIndex || index.ArtifactType != ociRelease || len(index.Manifests) > maxPlatform {
		return fail("is not a provider: it is not an index of the type %s", ociRelease)
	}
	r := &release.Release{Source: a, Version: v, Packages: map[release.Platform]release.Package{}, Origin: o.String()}
	for _, one := range index.Manifests {
		if one.Platform == nil {
			return fail("has a manifest without a platform")
		}
		p, err := release.ParsePlatform(one.Platform.OS + "_" + one.Platform.Architecture)
		if err != nil {
			return fail("%v", err)
		}
		var manifest ocispec.Manifest
		if err := o.read(ctx, repository, one, &manifest); err != nil {
			return nil, err
		}
		if manifest.ArtifactType != ociPackage || len(manifest.Layers) != 1 || manifest.Layers[0].MediaType != ociLayer {
			return fail("has a manifest for %s that is not of the type %s with one layer of the type %s", p, ociPackage, ociLayer)
		}
		layer := manifest.Layers[0]
		if layer.Digest.Validate() != nil || layer.Digest.Algorithm() != digest.SHA256 || layer.Size <= 0 || layer.Size > release.MaxPackage {
			return fail("has a package for %s without a sha256 and a size", p)
		}
		r.Packages[p] = release.Package{
			Size: layer.Size, SHA256: layer.Digest.Encoded(), Hash: manifest.Annotations[ociHash], At: name + "@" + layer.Digest.String(),
		}
	}
	for key, into := range map[string]*[]byte{ociSums: &r.Sums, ociSignature: &r.Signature} {
		if text := index.Annotations[key]; text != "" {
			if *into, err = base64.StdEncoding.DecodeString(text); err != nil {
				return fail("has an annotation %s that is not base64", key)
			}
		}
	}
	return r, nil
}

// read reads a manifest or an index, and compares it with its digest.
func (OCI) read(ctx context.Context, repository *remote.Repository, descriptor ocispec.Descriptor, into any) error {
	if descriptor.Size > maxManifest {
		return fmt.Errorf("%s has a manifest with more than %d bytes", repository.Reference, maxManifest)
	}
	data, err := content.FetchAll(ctx, repository, descriptor)
	if err := ociError(err); err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s has a manifest that is not JSON: %w", repository.Reference, err)
	}
	return nil
}

// Open reads a layer.
func (o OCI) Open(ctx context.Context, pkg release.Package, offset int64) (io.ReadCloser, int64, error) {
	name, _, _ := strings.Cut(pkg.At, "@")
	repository, err := o.open(name)
	if err != nil {
		return nil, 0, permanentError{err}
	}
	layer := ocispec.Descriptor{MediaType: ociLayer, Digest: digest.NewDigestFromEncoded(digest.SHA256, pkg.SHA256), Size: pkg.Size}
	r, err := repository.Blobs().Fetch(ctx, layer)
	if err := ociError(err); err != nil {
		return nil, 0, err
	}
	seeker, ok := r.(io.Seeker)
	if offset == 0 || !ok {
		return r, 0, nil
	}
	if _, err := seeker.Seek(offset, io.SeekStart); err != nil {
		return nil, 0, errors.Join(err, r.Close())
	}
	return r, offset, nil
}
